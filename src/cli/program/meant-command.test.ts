/** Whoever types the words of another program is told ours, and they exist. */

import { describe, expect, it } from 'vitest';
import { type Entries, entries } from './commands.ts';
import { findMeantCommand } from './meant-command.ts';

describe('the command that was meant', () => {
  it.each([
    ['login openai', 'auth login openai'],
    ['auth openai', 'auth add openai'],
    ['auth rm one', 'auth remove one'],
    ['auth show', 'auth list'],
    ['set main a/b', 'config set main a/b'],
    ['config main a/b', 'config set main a/b'],
    ['config main', 'config get main'],
    ['config list', 'config show'],
    ['config gateway.port 4700', 'config set gateway.port 4700'],
    ['fallback a/b', 'fallback add a/b'],
    ['key new bob', 'key add bob'],
    ['key delete bob', 'key revoke bob'],
    ['sessions ls', 'sessions list'],
    ['sessions rm 5', 'sessions delete 5'],
    ['start', 'service start'],
    ['run', 'serve'],
    ['use a/b', 'config set main a/b'],
    ['-v', '--version'],
    ['CONFIG check', 'config check'],
    ['Config SET main a/b', 'config set main a/b'],
    ['LOGIN openai', 'auth login openai'],
    ['auth LIST', 'auth list'],
    ['Doctor', 'doctor'],
  ])('%s is %s', (typed, meant) => {
    expect(findMeantCommand(typed.split(' '))).toBe(meant);
  });

  it.each([
    [['auth', 'openai', 'sk-test-abcdefghijklmnop1234'], 'auth add openai'],
    [['key', 'rm', 'sk-test-abcdefghijklmnop1234'], 'key revoke'],
    [['use'], 'config set main'],
  ])('of %j has no key in it, and no end that is empty', (typed, meant) => {
    expect(findMeantCommand(typed)).toBe(meant);
  });

  it('quotes what the shell would split', () => {
    expect(findMeantCommand(['set', 'main', 'a/b c'])).toBe("config set main 'a/b c'");
  });

  it.each([
    'auth list',
    'serve',
    'key',
    'modles',
    'fallback openai',
    'config colour red',
    'why x',
    '',
  ])('is none for %s', (typed) => {
    expect(findMeantCommand(typed.split(' '))).toBeUndefined();
  });

  it('always exists', () => {
    const words =
      'rm del new create ls all view cat enable up disable info lint unblock label signin run login logout test reset start stop restart status install set add get list remove version usage history resume web';
    const found = ['', ...Object.keys(entries)].flatMap((group) =>
      words.split(' ').flatMap((word) => {
        const meant = findMeantCommand(group === '' ? [word] : [group, word, 'x']);
        return meant === undefined || meant.startsWith('--') ? [] : [meant.split(' ')];
      }),
    );
    expect(found.length).toBeGreaterThan(40);
    for (const [first = '', second = ''] of found) expect(has(first, second)).toBe(true);
  });
});

function has(first: string, second: string): boolean {
  const below = entries[first]?.[1];
  if (below === undefined) return false;
  const group: Entries = typeof below === 'object' ? below : { [second]: ['', below] };
  return Object.hasOwn(group, second);
}
