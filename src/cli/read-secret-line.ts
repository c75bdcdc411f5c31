/** Reads what a person types without showing it, or what a program pipes in. */

import type { ReadStream } from 'node:tty';

/** What a terminal in raw mode sends for Enter and Ctrl-D, Ctrl-C, and the two ways to erase. */
const enter = ['\r', '\n', '\x04'];
const interrupt = '\x03';
const erase = ['\b', '\x7f'];

/** Everything up to the end of the stream. */
export async function readAll(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** One line; the terminal shows nothing of it. Rejects with an `AbortError` on Ctrl-C. */
export async function readHidden(
  stdin: ReadStream,
  screen: { write(text: string): unknown },
  prompt: string,
): Promise<string> {
  screen.write(prompt);
  stdin.setRawMode(true);
  try {
    return await readLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    screen.write('\n');
  }
}

function readLine(stdin: ReadStream): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed = '';
  const onKey = (key: string): void => {
    if (key === interrupt) reject(new DOMException('interrupted', 'AbortError'));
    else if (enter.includes(key)) resolve(typed);
    else typed = erase.includes(key) ? typed.slice(0, -1) : typed + key;
  };
  const onData = (chunk: Buffer): void => {
    for (const key of chunk.toString('utf8')) onKey(key);
  };
  stdin.on('data', onData);
  stdin.resume();
  return promise.finally(() => stdin.off('data', onData));
}
