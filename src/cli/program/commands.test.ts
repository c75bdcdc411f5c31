import { describe, expect, it } from 'vitest';
import { listCommands } from '../../../test/cli/list-commands.ts';
import { createPipedTerminal } from '../../../test/fakes/piped-terminal.ts';
import { valuesByShownName } from '../commands/complete.ts';
import { runWords } from './program.ts';

const all = await listCommands();

/** Commands by the argument that TAB completes: one name means one list in all of them. */
function listCompleted(): Readonly<Record<string, readonly string[]>> {
  const completed: Record<string, readonly string[]> = {};
  for (const [name, { params }] of all)
    for (const { as, value = '', choices } of Object.values(params)) {
      const shown = value.replaceAll(/[<>[\]]|\.\.\./g, '');
      if (as === 'argument' && choices === undefined && Object.hasOwn(valuesByShownName, shown))
        completed[shown] = [...(completed[shown] ?? []), name];
    }
  return completed;
}

it('completes an argument from the list of what it names', () => {
  expect(listCompleted()).toEqual({
    agent: ['connect'],
    id: ['auth remove', 'auth rename', 'auth move'],
    key: ['config get', 'config set', 'config unset'],
    name: ['auth list', 'auth test', 'auth reset', 'auth logout', 'auth refresh'],
    provider: ['auth add', 'auth login'],
    request: ['why'],
    session: ['sessions show', 'sessions rename', 'sessions delete'],
    shell: ['completion'],
    subject: ['explain'],
    target: ['fallback add', 'fallback remove'],
    value: ['config set'],
  });
});

describe.each(all)('the example of %s', (name, { example }) => {
  it('names the command, and only flags that it has', async () => {
    expect(example).toContain(`holdfast ${name}`);
    let help = '';
    const terminal = createPipedTerminal({
      out: (text) => {
        help += text;
      },
    });
    await runWords(terminal, [...name.split(' '), '--help']);
    for (const [flag] of example.matchAll(/--[a-z-]+/g)) expect(help).toContain(` ${flag}`);
  });
});
