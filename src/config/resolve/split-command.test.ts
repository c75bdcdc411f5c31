import { describe, expect, it } from 'vitest';
import { splitCommand } from './split-command.ts';

const good: readonly { readonly text: string; readonly words: readonly string[] }[] = [
  { text: 'pass show deepseek', words: ['pass', 'show', 'deepseek'] },
  { text: '  op\tread \n x ', words: ['op', 'read', 'x'] },
  {
    text: `op read 'op://Private/key one/credential'`,
    words: ['op', 'read', 'op://Private/key one/credential'],
  },
  { text: `a "b c" d`, words: ['a', 'b c', 'd'] },
  { text: `a b"c d"'e f'g`, words: ['a', 'bc de fg'] },
  { text: `a '' ""`, words: ['a', '', ''] },
  { text: `a \\$HOME b\\ c`, words: ['a', '$HOME', 'b c'] },
  { text: `a "\\"\\\\\\$\\\`\\n"`, words: ['a', '"\\$`\\n'] },
  { text: `a '$HOME | \`x\`'`, words: ['a', '$HOME | `x`'] },
  { text: 'a \\\n b', words: ['a', 'b'] },
  { text: 'a\\\nb', words: ['ab'] },
  { text: 'a * ~ #x', words: ['a', '*', '~', '#x'] },
];

const bad: readonly { readonly text: string; readonly message: string }[] = [
  { text: `a 'b`, message: 'a quote or escape is not closed' },
  { text: `a "b`, message: 'a quote or escape is not closed' },
  { text: 'a b\\', message: 'a quote or escape is not closed' },
  { text: 'pass show x | head -1', message: '"|" needs a shell' },
  { text: 'echo $KEY', message: '"$" needs a shell' },
  { text: 'echo "$KEY"', message: '"$" needs a shell' },
  { text: 'echo `x`', message: '"`" needs a shell' },
  { text: 'a && b', message: '"&" needs a shell' },
  { text: '  ', message: 'is empty' },
];

describe('splitting a command', () => {
  for (const { text, words } of good) {
    it(`reads ${JSON.stringify(text)} as a shell would`, () => {
      expect(splitCommand(text)).toEqual({ isValid: true, words });
    });
  }

  for (const { text, message } of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(splitCommand(text)).toMatchObject({ isValid: false, message });
    });
  }

  it('takes time that grows with the text and no faster', () => {
    const text = `a ${'"\\\\'.repeat(20_001)}`;
    expect(splitCommand(text).isValid).toBe(false);
  });
});
