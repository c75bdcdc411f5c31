import { describe, expect, it } from 'vitest';
import { createPipedTerminal } from '../../../test/fakes/piped-terminal.ts';
import type { AccessError } from '../../errors.ts';
import { runWords } from './program.ts';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

async function run(argv: readonly string[]): Promise<Ran> {
  const said = { out: '', talk: '' };
  const terminal = createPipedTerminal({
    out: (text) => {
      said.out += text;
    },
    talk: (text) => {
      said.talk += text;
    },
  });
  const status = await runWords(terminal, argv);
  return { status, ...said };
}

/** Every command that does something, as words: found by asking for help, as a person would. */
async function listCommands(
  words: readonly string[] = [],
): Promise<readonly (readonly string[])[]> {
  const { out } = await run([...words, '--help']);
  const [, section = ''] = out.split(words.length === 0 ? '\nFirst hour:\n' : '\nCommands:\n');
  // an example and the exit statuses may follow the list
  const [list = ''] = words.length === 0 ? [section] : section.split('\n\n');
  const names = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].flatMap(([, name = '']) =>
    name === 'help' ? [] : [name],
  );
  if (names.length === 0) return [words];
  return (await Promise.all(names.map((name) => listCommands([...words, name])))).flat();
}

const commands = await listCommands();

describe.each(commands.map((words) => words.join(' ')))('holdfast %s', (words) => {
  it('answers --help with what it does and its --json (dependencies: conventions)', async () => {
    const help = await run([...words.split(' '), '--help']);
    expect(help).toMatchObject({ status: 0, talk: '' });
    expect(help.out).toMatch(/^Usage: holdfast .*\n\n\S/);
    expect(help.out).toContain('--json');
    expect(help.out).toMatch(/\nExample:\n {2}\S.+\n\nExit status:\n {2}0 +\S/);
  });

  it('exits 2 and names an option that it does not have', async () => {
    const wrong = await run([...words.split(' '), '--no-such-option']);
    expect(wrong).toMatchObject({
      status: 2,
      out: '',
      talk: expect.stringMatching(/^holdfast: unknown option '--no-such-option'\nTo fix: .+\n$/),
    });
  });

  it('tells programs of it too, when it is asked for --json', async () => {
    const wrong = await run([...words.split(' '), '--no-such-option', '--json']);
    expect(JSON.parse(wrong.out)).toEqual({
      schema: 'holdfast.error/2',
      code: 'request-invalid',
      message: "unknown option '--no-such-option'",
      fix: { text: expect.stringContaining('holdfast ') },
      exit: 2,
    });
  });
});

describe('with --json an invalid command line is an error document too', () => {
  it.each([
    ['an unknown command', ['modles', '--json'], "unknown command 'modles'"],
    [
      'options that exclude each other',
      ['connect', 'claude', '--write', '--undo', '--json'],
      "option '--undo' cannot be used with option '--write'",
    ],
    ['a missing argument', ['config', 'get', '--json'], "missing required argument 'key'"],
  ])('for %s', async (_name, argv, message) => {
    const wrong = await run(argv);
    expect({ status: wrong.status, ...JSON.parse(wrong.out) }).toMatchObject({
      status: 2,
      message,
      exit: 2,
    });
  });

  it('on one line where the command prints one object a line', async () => {
    expect((await run(['auth', 'login', '--json'])).out.trimEnd()).not.toContain('\n');
  });

  it('and it shows no key', async () => {
    const key = `sk-test-${'m'.repeat(20)}`;
    expect((await run([key, '--json'])).out).not.toContain(key);
  });
});

it.each<[string, string[], string]>([
  ['that may be left out', ['ask', ''], 'give it a value, or leave it out'],
  ['that must be there', ['key', 'add', ''], 'give it a value; if a variable stood there'],
  ['that may be a variable', ['config', 'set', 'main', ''], 'a variable in single quotes'],
  ['that is not there', ['config', 'set', 'main'], 'a variable in single quotes'],
])('an argument %s and is empty is told how to give it', async (_name, argv, fix) => {
  const said = await run(argv).then(
    ({ talk }) => talk,
    (error: AccessError) => error.fix?.text,
  );
  expect(said).toContain(fix);
});

it('every command of ours was looked at', () => {
  const found = commands.map((words) => words.join(' '));
  expect(found).toEqual(
    expect.arrayContaining([
      'serve',
      'ask',
      'config set',
      'auth add',
      'import hermes',
      'completion',
    ]),
  );
});

it('an argument may begin like an option, behind --', async () => {
  await expect(run(['completion', '--', '--shell'])).rejects.toThrow('no completion for "--shell"');
});

describe('an option', () => {
  it.each([
    ['serve', '--port', '65536'],
    ['serve', '--port', '-1'],
    ['serve', '--port', '4653.5'],
    ['sim', '--time-scale', '0'],
    ['sim', '--time-scale', 'fast'],
  ])('of %s is judged before anything starts: %s %s', async (command, option, value) => {
    expect(await run([command, option, value])).toMatchObject({
      status: 2,
      talk: expect.stringContaining(value),
    });
  });
});
