import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import { listKeyPaths } from '../schema/key-paths.ts';
import { setConfigValue } from '../yaml/edit.ts';

/** Has one name of each kind, so that every key of the schema has a path. */
const whole = {
  main: { provider: 'deepseek', model: 'x' },
  fallback_chain: [{ provider: 'deepseek', model: 'y' }],
  providers: {
    deepseek: { credentials: [{ env: 'DEEPSEEK_API_KEY' }], headers: { 'X-Team': 'a' } },
  },
  auxiliary: {
    vision: {
      provider: 'deepseek',
      model: 'x',
      fallback_chain: [{ provider: 'deepseek', model: 'y' }],
    },
  },
  aliases: { fast: 'deepseek/x' },
  prices: { 'deepseek/x': { input: 1, output: 2 } },
};

const values: Readonly<Record<string, unknown>> = {
  'a list': ['deepseek/x', 'deepseek/y'],
  'an empty list': [],
  keys: { some: 'thing' },
  'no keys': {},
  nothing: null,
  'a text': 'something else',
  'an empty text': '',
  'a number': 7,
  'a number below 0': -1,
  'a fraction': 0.5,
  true: true,
};

function problemsOf(text: string): readonly ConfigProblem[] {
  const host = createFakeHost({
    files: { '/h/config.yaml': text },
    environment: { HOLDFAST_HOME: '/h', DEEPSEEK_API_KEY: `sk-test-${'d'.repeat(20)}` },
  });
  try {
    const options = { host, onEvent: () => undefined, paths: resolvePaths(host.environment) };
    new ConfigHolder(options).close();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

const base = JSON.stringify(whole);
const keys = listKeyPaths(whole);

it.each(Object.keys(values))('%s in the place of any key is refused with what to do', (name) => {
  const bare = keys.flatMap((key) => {
    const text = setConfigValue(base, key, JSON.stringify(values[name]));
    return problemsOf(text)
      .filter(({ fix }) => fix === undefined)
      .map((problem) => `${key}: ${problem.key}: ${problem.message}`);
  });
  expect(bare).toEqual([]);
});
