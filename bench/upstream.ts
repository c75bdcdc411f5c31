/**
 * The provider of all contenders: a raw-socket server whose answer is set by the current
 * measurement. It runs in the load's process, so that both read one clock.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { MessageReader } from './wire.ts';

/** Answers one request on its connection. */
export type Scene = (connection: Socket) => void;

export interface Upstream {
  readonly port: number;
  /** Sets the answer from now on. */
  play(scene: Scene): void;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  let current: Scene = wholeAnswer;
  const connections = new Set<Socket>();
  const server = createServer({ noDelay: true }, (connection) => {
    connections.add(connection);
    const reader = new MessageReader(
      () => undefined,
      () => current(connection),
    );
    connection.on('data', (chunk: Buffer<ArrayBuffer>) => {
      reader.push(chunk);
      giveBack(chunk);
    });
    connection.on('error', () => connection.destroy());
    connection.on('close', () => connections.delete(connection));
  });
  const port = await listen(server);
  return {
    port,
    play: (scene) => {
      current = scene;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.destroy();
      }),
  };
}

/**
 * Frees the memory at once: bodies of 100 kB would otherwise take a third of this process's time
 * for garbage collection.
 */
function giveBack(chunk: Buffer<ArrayBuffer>): void {
  if (chunk.length > 16_384) chunk.buffer.transfer(0);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

const answer = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

/** A short answer, not streamed. */
export const wholeAnswer: Scene = answerWith(answer);

/** Sends this JSON, whatever the request. */
export function answerWith(json: string): Scene {
  const bytes = Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`,
  );
  return (connection) => void connection.write(bytes);
}

/** Sends a whole short stream in one write. */
export function answerWithStream(events: readonly string[]): Scene {
  const bytes = Buffer.from(`${streamHead}${events.map(encodeChunk).join('')}0\r\n\r\n`);
  return (connection) => void connection.write(bytes);
}

const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const roleEvent = encodeChunk(encodeEvent('start', { role: 'assistant', content: '' }, null));
const endOfStream = `${encodeChunk(encodeEvent('end', {}, 'stop'))}${encodeChunk('data: [DONE]\n\n')}0\r\n\r\n`;

/** Writes head and role event at once, as providers do. */
export function beginStream(connection: Socket): void {
  connection.write(`${streamHead}${roleEvent}`);
}

/** Writes head and first events at once. */
export function beginChunks(connection: Socket, events: string): void {
  connection.write(`${streamHead}${encodeChunk(events)}`);
}

/** Writes the last events, and the end of the body. */
export function endChunks(connection: Socket, events: string): void {
  connection.write(`${encodeChunk(events)}0\r\n\r\n`);
}

/**
 * Writes one content event of about 200 bytes; `id` comes back to the load in it. The text is
 * ASCII.
 */
export function writeEvent(
  connection: Socket,
  id: string,
  content = 'some twenty five letters ',
): void {
  connection.write(encodeChunk(encodeEvent(id, { content }, null)));
}

export function endStream(connection: Socket): void {
  connection.write(endOfStream);
}

function encodeEvent(id: string, delta: object, finishReason: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  const event = {
    id,
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'bench-model',
    choices,
  };
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** Returns nothing for an empty text, since an empty chunk would end the body. */
export function encodeChunk(text: string): string {
  if (text === '') return '';
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
