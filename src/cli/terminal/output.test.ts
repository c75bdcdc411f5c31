/**
 * What a terminal would obey is taken out of everything that is printed on one; a pipe gets every
 * byte.
 */

import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/simulation/random.ts';
import { createOutput } from './output.ts';

function collect(isTTY: boolean): {
  readonly stream: Writable & { readonly isTTY: boolean };
  readonly text: () => string;
} {
  const chunks: string[] = [];
  const write = (chunk: unknown, _: unknown, done: () => void): void => {
    chunks.push(String(chunk));
    done();
  };
  const stream = Object.assign(new Writable({ write, decodeStrings: false }), { isTTY });
  return { stream, text: () => chunks.join('') };
}

const sequences = [
  '\x1b]0;owned\x07',
  '\x1b[2J',
  '\x9b31m',
  '\x1bP+q\x1b\\',
  '\r',
  '\b',
  '\x00',
  '\u202e',
  '\x1b[2m',
  '\x1b]52;c;ZWNobyBoaQ==\x07',
];

describe('an answer and an error', () => {
  it('bring no escape sequence to a terminal, however they are cut', () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = new Random(seed);
      const text = Array.from({ length: 8 }, () => `${random.pick(sequences)}word\n\t`).join('');
      const cut = random.integer(0, text.length);
      const [screen, talk] = [collect(true), collect(true)];
      const output = createOutput(screen.stream, talk.stream);
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        output.out(part);
        output.talk(part);
      }
      expect(screen.text(), `seed ${seed}`).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
      expect(talk.text().replaceAll('\x1b[2m', ''), `seed ${seed}`).not.toMatch(
        /[^\P{Cc}\n\t]|\u202e/u,
      );
      expect(screen.text()).toContain('word\n\t');
    }
  });

  it('reach a pipe as they came', () => {
    const [pipe, talk] = [collect(false), collect(false)];
    const output = createOutput(pipe.stream, talk.stream);
    output.out(sequences.join('a'));
    expect(pipe.text()).toBe(sequences.join('a'));
  });

  it.each([
    ['on a terminal', true, undefined, '\nwaiting\n'],
    ['in one file', false, true, '\nwaiting\n'],
    ['in two files', false, false, 'waiting\n'],
  ])(
    'a line between two pieces of an answer stands alone %s',
    (_, isTerminal, isShared, expected) => {
      const [screen, talk] = [collect(isTerminal), collect(isTerminal)];
      const output = createOutput(screen.stream, talk.stream, isShared);
      output.out('Hel');
      output.talk('waiting\n');
      output.out('lo\n');
      output.talk('done\n');
      expect([screen.text(), talk.text()]).toEqual(['Hello\n', `${expected}done\n`]);
    },
  );

  it('leave our own dimmed lines dimmed', () => {
    const [screen, talk] = [collect(true), collect(true)];
    createOutput(screen.stream, talk.stream).talk('\x1b[2mwaiting\x1b[22m\n');
    expect(talk.text()).toBe('\x1b[2mwaiting\x1b[22m\n');
  });
});
