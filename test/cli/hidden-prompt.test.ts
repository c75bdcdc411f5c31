/**
 * What is typed for a hidden prompt on a real terminal is shown nowhere and lost nowhere, however
 * early it is typed.
 */

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const onTerminal = join(import.meta.dirname, 'on-terminal.py');
const key = `sk-test-${'h'.repeat(20)}`;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-hidden-'));
  writeFileSync(join(home, 'config.yaml'), 'main: deepseek/deepseek-flash\n');
});
afterEach(() => rmSync(home, { recursive: true }));

/** Says when the launcher has begun to load the program: the prompt is a good while away. */
const sayLoading = `import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
registerHooks({
  load(url, context, next) {
    if (/cli[/]main[.](js|ts)$/.test(url)) writeSync(2, 'LOADING');
    return next(url, context);
  },
});`;

type Step = readonly [waitFor: string, type: string];

/** What the terminal showed, and the exit status. */
function typeInto(
  steps: readonly Step[],
  argv: readonly string[],
): Promise<readonly [string, number]> {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_HOME: home,
    NO_COLOR: '1',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(sayLoading)}`,
  };
  const words = [onTerminal, JSON.stringify(steps), ...argv];
  return new Promise((resolve) => {
    execFile('python3', words, { env }, (error, shown) => {
      resolve([shown, typeof error?.code === 'number' ? error.code : 0]);
    });
  });
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']);
    return true;
  } catch {
    return false; // no terminal can be had here
  }
}

describe.skipIf(!hasPython())('a hidden prompt on a terminal', { timeout: 60_000 }, () => {
  const add = [process.execPath, launcher, 'auth', 'add', 'deepseek', '--no-verify'];
  const set = [process.execPath, launcher, 'config', 'set', 'providers.deepseek.api_key', '-'];
  const stored = (): string =>
    ['credentials.json', 'config.yaml']
      .map((name) => join(home, name))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8'))
      .join('');

  it.each([
    ['auth add, at the prompt', add, [['(not shown): ', `${key}\r`]]],
    ['auth add, long before the prompt', add, [['LOADING', `${key}\r`]]],
    [
      'auth add, half of it before',
      add,
      [
        ['LOADING', key.slice(0, 12)],
        ['(not shown): ', `${key.slice(12)}\r`],
      ],
    ],
    ['config set, long before the prompt', set, [['LOADING', `${key}\r`]]],
  ] as const)('shows nothing and loses nothing of a key: %s', async (_name, argv, steps) => {
    const [shown, status] = await typeInto(steps, argv);
    expect([status, shown.includes(key.slice(0, 12)), stored().includes(key)]).toEqual([
      0,
      false,
      true,
    ]);
  });

  it.each([
    ['at the prompt', '(not shown): '],
    ['before it', 'LOADING'],
  ])('is left by Ctrl-C %s', async (_name, when) => {
    const [shown, status] = await typeInto([[when, '\x03']], add);
    expect([status, shown]).toEqual([130, expect.stringContaining('holdfast: interrupted')]);
  });

  it.each([
    ['nothing is asked', 'auth add nobody', []],
    ['the key was typed', 'auth add deepseek --no-verify', [['(not shown): ', `${key}\r`]]],
    ['it was left by Ctrl-C', 'auth add deepseek', [['LOADING', '\x03']]],
    ['only help was wanted', 'auth add --help', []],
  ] as const)('leaves the terminal as it was when %s', async (_name, words, steps) => {
    const script = `stty -a >before; '${process.execPath}' '${launcher}' ${words}; stty -a >after; cmp before after && echo SAME`;
    const [shown] = await typeInto(steps, ['sh', '-c', `cd '${home}'; ${script}`]);
    expect(shown).toMatch(/SAME\s*$/);
  });
});
