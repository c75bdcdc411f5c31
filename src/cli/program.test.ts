import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

async function run(argv: readonly string[]): Promise<Ran> {
  const said = { out: '', talk: '' };
  const terminal: Terminal = {
    out: (text) => {
      said.out += text;
    },
    talk: (text) => {
      said.talk += text;
    },
    isInteractive: false,
    hasColor: false,
    readInput: async () => '',
    readSecret: async () => '',
    onSignal: () => () => undefined,
  };
  const status = await createProgram(terminal).run(argv);
  return { status, ...said };
}

/** Every command that does something, as words: found by asking for help, as a person would. */
async function listCommands(words: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const { out } = await run([...words, '--help']);
  const [, section = ''] = out.split('\nCommands:\n');
  const names = [...section.matchAll(/^ {2}([a-z][\w-]*)/gm)].flatMap(([, name = '']) =>
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
  });

  it('exits 2 and names an option that it does not have', async () => {
    const wrong = await run([...words.split(' '), '--no-such-option']);
    expect(wrong).toMatchObject({ status: 2, out: '', talk: expect.stringContaining('--no-such-option') });
  });
});

it('every command of ours was looked at', () => {
  const found = commands.map((words) => words.join(' '));
  expect(found).toEqual(
    expect.arrayContaining(['serve', 'ask', 'config set', 'auth add', 'import hermes', 'completion']),
  );
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
