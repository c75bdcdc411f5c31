import { describe, expect, it } from 'vitest';
import type { TaskMessage } from '../profile.ts';
import { findKept, findLost } from './kept.ts';

const user = (content: string): TaskMessage => ({ role: 'user', content });
const assistant = (content: string): TaskMessage => ({ role: 'assistant', content });

describe('what must survive word for word', () => {
  it.each<[string, TaskMessage[], readonly string[]]>([
    [
      'the goal',
      [user('Move the login to the new service.\nDetails follow.')],
      ['Move the login to the new service.'],
    ],
    [
      'a constraint',
      [user('Go.'), user('Fine. Never touch the public API.')],
      ['Go.', 'Fine.', 'Never touch the public API.'],
    ],
    [
      'a decision',
      [assistant('I looked. We decided to keep SQLite. Next comes the test.')],
      ['We decided to keep SQLite.'],
    ],
    ['not what an assistant says must be', [assistant('The value must be a number.')], []],
    [
      'names of files',
      [assistant('see src/a.ts and README.md, not https://example.test/x.html')],
      ['src/a.ts', 'README.md'],
    ],
    ['in Chinese', [assistant('我们决定保留旧字段。然后继续。')], ['我们决定保留旧字段。']],
    [
      'in Japanese',
      [user('始めます。\nAPIは変更しないでください。')],
      ['始めます。', 'APIは変更しないでください。'],
    ],
  ])('finds %s', (_name, messages, expected) => {
    expect(findKept(messages, 1000)).toEqual(expected);
  });

  it('finds files in the calls of tools, the most frequent first', () => {
    const calls = ['b.ts', 'src/a.ts', 'src/a.ts'].map((path) => ({
      function: { name: 'read', arguments: JSON.stringify({ path }) },
    }));
    expect(findKept([{ role: 'assistant', content: null, tool_calls: calls }], 1000)).toEqual([
      'src/a.ts',
      'b.ts',
    ]);
  });

  it('keeps to its limit', () => {
    const names = Array.from({ length: 30 }, (_, n) => `src/file${n}.ts`).join(' ');
    expect(findKept([user('The goal.'), assistant(names)], 60).length).toBeLessThan(12);
  });

  it.each([
    ['as it is written', 'Never touch `the API`.', []],
    ['in broken lines', 'never touch\nthe API.', []],
    ['not at all', 'leave the API alone', ['Never touch the API.']],
  ])('sees what stands in the summary %s', (_name, summary, lost) => {
    expect(findLost(['Never touch the API.'], summary)).toEqual(lost);
  });
});
