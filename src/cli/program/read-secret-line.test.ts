/** What a person types at the hidden prompt, as a terminal in raw mode sends it. */

import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { readAllInput, readHidden, readInTime } from './read-secret-line.ts';

interface Typed {
  readonly line: Promise<string>;
  /** What the screen showed. */
  readonly shown: () => string;
  readonly modes: readonly boolean[];
}

function type(...chunks: readonly string[]): Typed {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    setRawMode: (mode: boolean) => modes.push(mode),
  });
  let shown = '';
  const screen = {
    write: (text: string) => {
      shown += text;
    },
  };
  const line = readHidden(parseTty(stdin), screen, 'key: ');
  for (const chunk of chunks) stdin.write(chunk);
  return { line, shown: () => shown, modes };
}

/** A stream that has what is used of a terminal. */
function parseTty(stream: unknown): ReadStream {
  return stream as ReadStream;
}

describe('the hidden prompt', () => {
  it.each([
    ['a line and Enter', ['sk-test-one\r'], 'sk-test-one'],
    ['keys one by one', [...'sk-test-two', '\n'], 'sk-test-two'],
    ['erased letters', ['sk-test-xy\x7f\bone\r'], 'sk-test-one'],
    ['erasing more than there is', ['a\x7f\x7f\x7fb\r'], 'b'],
    ['Ctrl-U, which erases all', ['wrong\x15right\r'], 'right'],
    [
      'a paste between the marks of a terminal',
      ['\x1b[200~sk-test-paste\x1b[201~\r'],
      'sk-test-paste',
    ],
    ['arrow keys, which move nothing', ['sk\x1b[D\x1b[C-test\r'], 'sk-test'],
    ['Ctrl-D, which ends it', ['sk-test\x04'], 'sk-test'],
    ['more than one line, of which the first counts', ['one\rtwo\r'], 'one'],
  ] as const)('takes %s', async (_name, chunks, expected) => {
    const typed = type(...chunks);
    expect(await typed.line).toBe(expected);
    expect([typed.shown(), typed.modes]).toEqual(['key: \n', [true, false]]);
  });

  it('is printed when the terminal shows nothing any more', async () => {
    const order: string[] = [];
    const stdin = Object.assign(new PassThrough(), {
      setRawMode: (mode: boolean) => order.push(mode ? 'hidden' : 'shown'),
    });
    const line = readHidden(
      parseTty(stdin),
      { write: (text: string) => order.push(text) },
      'key: ',
    );
    stdin.write('sk-test\r');
    await line;
    expect(order).toEqual(['hidden', 'key: ', 'shown', '\n']);
  });

  it('is left by Ctrl-C, with the terminal as it was', async () => {
    const typed = type('half a k\x03');
    await expect(typed.line).rejects.toMatchObject({ name: 'AbortError' });
    expect([typed.shown(), typed.modes]).toEqual(['key: \n', [true, false]]);
  });
});

it('takes what a program pipes in to its end, however it is cut', async () => {
  const pieces = [Buffer.from('sk-te'), Buffer.from('st-\n')];
  async function* pipe() {
    yield* pieces;
  }
  expect(await readAllInput(pipe())).toBe('sk-test-\n');
});

describe('what is piped in beside a question', () => {
  it('is read to its end once its first byte is there', async () => {
    const stdin = new PassThrough();
    const giveUp = new AbortController();
    let firsts = 0;
    const onFirst = (): void => {
      firsts += 1;
      giveUp.abort();
      stdin.end('two');
    };
    const read = readInTime(stdin, { onFirst, signal: giveUp.signal });
    stdin.write('one ');
    await expect(read).resolves.toBe('one two');
    expect(firsts).toBe(1);
  });

  it('is nothing where nobody writes and nobody closes', async () => {
    const stdin = new PassThrough();
    const giveUp = new AbortController();
    const read = readInTime(stdin, { onFirst: () => undefined, signal: giveUp.signal });
    giveUp.abort();
    await expect(read).resolves.toBe('');
    expect(stdin.destroyed).toBe(true);
  });
});
