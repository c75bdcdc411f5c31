/**
 * A provider that writes a long answer as fast as it is read, and knows how much of it has left and
 * who hung up.
 */

import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';

const event = Buffer.from(
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' }, pad: 'y'.repeat(16_000) }] })}\n\n`,
);
const last =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

export class Torrent {
  readonly #server: Server;
  readonly #events: number;
  /** Bytes of an answer, streamed. */
  readonly length: number;
  /** Bytes of all answers that have left. */
  sent = 0;
  /** Answers whose connection ended before they did. */
  hungUp = 0;

  /** `bytes` of an answer, at least. */
  constructor(bytes: number) {
    this.#events = Math.ceil(bytes / event.length);
    this.length = this.#events * event.length + last.length;
    this.#server = createServer((asked, response) => {
      let text = '';
      asked.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      asked.on('end', () => this.#answer(response, text.includes('"stream":true')));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(response: ServerResponse, isStreamed: boolean): void {
    response.on('close', () => {
      if (!response.writableFinished) this.hungUp += 1;
    });
    if (isStreamed) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      this.#pour(response, this.#events);
      return;
    }
    const message = { role: 'assistant', content: 'x'.repeat(this.length) };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  }

  #pour(response: ServerResponse, left: number): void {
    for (let count = left; count > 0; count--) {
      if (response.destroyed) return;
      this.sent += event.length;
      if (!response.write(event)) {
        response.once('drain', () => this.#pour(response, count - 1));
        return;
      }
    }
    response.end(last);
  }
}

/** An answer of the gateway that nobody reads yet. */
export function openAnswer(url: string, key: string, asked: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const call = request(
      `${url}/v1/chat/completions`,
      { method: 'POST', headers, agent: false },
      (answer) => {
        answer.pause();
        resolve(answer);
      },
    );
    call.on('error', reject);
    call.end(
      JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'pour' }], ...asked }),
    );
  });
}

export function countBytes(answer: IncomingMessage): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    answer.on('end', () => resolve(bytes));
    answer.on('error', reject);
    answer.resume();
  });
}
