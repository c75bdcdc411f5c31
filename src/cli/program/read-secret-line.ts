/** Reads a secret that a person types, without showing it, or that a program pipes in. */

import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/**
 * A terminal in raw mode sends these for Enter and Ctrl-D, Ctrl-C, the two ways to erase, and
 * Ctrl-U, which erases the line.
 */
const [end, enter] = ['\x04', ['\r', '\n']];
const interrupt = '\x03';
const erase = ['\b', '\x7f'];
const eraseAll = '\x15';

/** Matches arrow keys, and the markers that some terminals send around pasted text. */
const escapeSequence = new RegExp(String.raw`${'\x1b'}\[[0-9;]*[A-Za-z~]`, 'g');

/** Reads to the end of the stream. */
export async function readAllInput(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Like `readAllInput`, but stops and returns an empty text if `signal` is aborted before the first
 * byte.
 */
export async function readInTime(
  stdin: Readable,
  { onFirst, signal }: { readonly onFirst: () => void; readonly signal: AbortSignal },
): Promise<string> {
  let hasCome = false;
  const leave = (): void => {
    if (!hasCome) stdin.destroy();
  };
  signal.addEventListener('abort', leave, { once: true });
  stdin.once('readable', () => {
    hasCome = true;
    onFirst();
  });
  try {
    return await readAllInput(stdin);
  } catch (error) {
    if (signal.aborted && !hasCome) return '';
    throw error;
  }
}

/** Returns one line per call; text typed ahead is kept for the next call. */
export function createLineReader(
  stdin: Readable,
  screen: { write(text: string): unknown },
): (prompt: string, signal: AbortSignal) => Promise<string> {
  let typed = '';
  return async (prompt, signal) => {
    screen.write(prompt);
    while (!typed.includes('\n')) typed += await readChunk(stdin, signal);
    const end = typed.indexOf('\n');
    const line = typed.slice(0, end).replace(/\r$/, '');
    typed = typed.slice(end + 1);
    return line;
  };
}

function readChunk(stdin: Readable, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const onData = (chunk: Buffer): void => resolve(chunk.toString('utf8'));
  const leave = (): void => reject(new DOMException('interrupted', 'AbortError'));
  stdin.on('data', onData).on('end', leave);
  signal.addEventListener('abort', leave, { once: true });
  stdin.resume();
  return promise.finally(() => {
    signal.removeEventListener('abort', leave);
    stdin.off('data', onData).off('end', leave);
    stdin.pause();
  });
}

/**
 * Reads one line without echo. Rejects with an `AbortError` on Ctrl-C, and on Ctrl-D in an empty
 * line.
 */
export async function readHidden(
  stdin: ReadStream,
  screen: { write(text: string): unknown },
  prompt: string,
): Promise<string> {
  stdin.setRawMode(true); // raw mode comes first: a paste right after the prompt would be shown
  try {
    screen.write(prompt);
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
    if (key === interrupt || (key === end && typed === ''))
      reject(new DOMException('interrupted', 'AbortError'));
    else if (key === end || enter.includes(key)) resolve(typed);
    else if (key === eraseAll) typed = '';
    else typed = erase.includes(key) ? typed.slice(0, -1) : typed + key;
  };
  const onData = (chunk: Buffer): void => {
    for (const key of chunk.toString('utf8').replace(escapeSequence, '')) onKey(key);
  };
  stdin.on('data', onData);
  stdin.resume();
  return promise.finally(() => stdin.off('data', onData));
}
