import { describe, expect, it } from 'vitest';
import { type Entries, entries } from './commands.ts';
import { runWords } from './program.ts';

async function listExamples(
  from: Entries,
  above: readonly string[],
): Promise<readonly [string, string][]> {
  const found = await Promise.all(
    Object.entries(from).map(async ([word, [, content]]): Promise<readonly [string, string][]> => {
      const path = word === '' ? above : [...above, word];
      if (typeof content !== 'function') return listExamples(content, path);
      return [[path.join(' '), (await content()).commands[word]?.example ?? '']];
    }),
  );
  return found.flat();
}

describe.each(await listExamples(entries, []))('the example of %s', (name, example) => {
  it('names the command, and only flags that it has', async () => {
    expect(example).toContain(`holdfast ${name}`);
    let help = '';
    const streams = { input: process.stdin, output: process.stdout };
    const quiet = { streams, talk: () => undefined, isInteractive: false, hasColor: false };
    const none = {
      readInput: async () => '',
      readLine: async () => '',
      readSecret: async () => '',
    };
    const out = (text: string): void => {
      help += text;
    };
    await runWords({ ...quiet, ...none, out, onSignal: () => () => undefined }, [
      ...name.split(' '),
      '--help',
    ]);
    for (const [flag] of example.matchAll(/--[a-z-]+/g)) expect(help).toContain(` ${flag}`);
  });
});
