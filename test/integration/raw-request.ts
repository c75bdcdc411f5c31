/**
 * A client that sends exactly these bytes: for Host headers, chunked bodies and upgrades that
 * `fetch` would not write.
 */

import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the server ended the connection. */
  readonly hasEnded: boolean;
}

type Parts = Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

/**
 * Sends all parts one after the other and only then looks for the answer: resolves with the first
 * whole one, or with what came before the end.
 */
export function sendRaw(port: number, parts: Parts): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let heard = '';
    let hasSent = false;
    const socket = connect(port, '127.0.0.1');
    const finish = (hasEnded: boolean): void => {
      socket.destroy();
      resolve({ ...parseAnswer(heard), hasEnded });
    };
    const look = (): void => {
      const { headers, body } = parseAnswer(heard);
      const length = Number(headers['content-length'] ?? Number.NaN);
      if (hasSent && body.length >= length && headers['connection'] !== 'close') finish(false);
    };
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      look();
    });
    socket.on('close', () => finish(true));
    socket.on('error', (error) => (heard === '' ? reject(error) : finish(true)));
    socket.on('connect', async () => {
      await writeAll(socket, parts);
      hasSent = true;
      look();
    });
  });
}

async function writeAll(socket: Socket, parts: Parts): Promise<void> {
  for await (const part of parts) {
    if (!socket.writable) return;
    if (!socket.write(part)) await hasRoom(socket);
  }
}

function hasRoom(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      socket.off('drain', goOn).off('close', goOn);
      resolve();
    };
    socket.on('drain', goOn).on('close', goOn);
  });
}

function parseAnswer(text: string): Omit<RawAnswer, 'hasEnded'> {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const headers = lines.map((each) => {
    const [name = '', ...value] = each.split(':');
    return [name.toLowerCase(), value.join(':').trim()];
  });
  return {
    status: Number(line.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  };
}
