/** One request on a connection of its own, whose parts arrive one after the other. */

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const body = JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hello' }] });

/** Resolves with `answered`, or with what came instead. */
export function askOnce(port: number, key: string): Promise<string> {
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '\r\n',
  ].join('\r\n');
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', (error) => resolve(`failed: ${error.message}`));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () =>
      resolve(text.startsWith('HTTP/1.1 200') ? 'answered' : `failed: ${text}`),
    );
    socket.on('connect', async () => {
      await sleep(2);
      socket.write(head);
      await sleep(2);
      socket.write(body);
    });
  });
}

/** New connections without end, to a port that may change hands. */
export class Load {
  readonly failed = new Set<string>();
  answered = 0;
  #isOver = false;
  readonly #callers: readonly Promise<void>[];

  constructor(port: number, key: string) {
    this.#callers = Array.from({ length: 12 }, async () => {
      while (!this.#isOver) {
        const answer = await askOnce(port, key);
        if (answer === 'answered') this.answered += 1;
        else this.failed.add(answer);
      }
    });
  }

  /** Waits for so many answers more, or for the first failure. */
  async more(count: number): Promise<void> {
    const wanted = this.answered + count;
    while (this.answered < wanted && this.failed.size === 0) await sleep(5);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#callers);
  }
}
