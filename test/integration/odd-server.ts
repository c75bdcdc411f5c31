/**
 * A provider that answers with exactly these bytes and then ends, resets, or goes away: below HTTP,
 * so that anything can be sent.
 */

import { createServer, type Server, type Socket } from 'node:net';

/** What it does with every request, whatever the request says. */
export interface OddAnswer {
  /** Written one after the other, each in a turn of its own. */
  readonly writes: readonly Buffer[];
  /** `reset` tears the connection down with RST. */
  readonly ending: 'end' | 'reset';
  /** Answers without having read the request. */
  readonly isHasty: boolean;
}

export interface OddServer {
  readonly url: string;
  answer: OddAnswer;
  close(): Promise<void>;
}

export async function startOddServer(): Promise<OddServer> {
  const sockets = new Set<Socket>();
  const odd: OddServer = {
    url: '',
    answer: { writes: [], ending: 'end', isHasty: false },
    close: () => closeServer(server, sockets),
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // the other side may hang up at any byte
    socket.on('close', () => sockets.delete(socket));
    const { answer } = odd;
    if (answer.isHasty) void play(socket, answer);
    else socket.once('data', () => void play(socket, answer));
    socket.resume();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(odd, { url: `http://127.0.0.1:${port}/v1` });
}

async function play(socket: Socket, { writes, ending }: OddAnswer): Promise<void> {
  for (const bytes of writes) {
    if (!socket.writable) return;
    socket.write(bytes);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (ending === 'end') socket.end();
  else socket.resetAndDestroy();
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
