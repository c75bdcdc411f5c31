/** Every line that is told about a refused configuration mends, in the order it is told. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { listKeys } from '../../config/schema/schema-walk.ts';
import { ConfigError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { applyLine } from '../context/home-copy.ts';
import { inPlace, withRuntime } from '../context/with-runtime.ts';
import { tryProblems } from './tried-fixes.ts';

const environment = { HOLDFAST_HOME: '/h', LAB_KEY: `sk-test-${'d'.repeat(20)}` };

function homeOf(text: string): Host {
  return createFakeHost({ files: { '/h/config.yaml': text }, environment });
}

/** What is wrong there, tried. */
async function problemsOf(host: Host): Promise<ConfigError['problems']> {
  try {
    await withRuntime({ ...inPlace, host }, async (runtime) => runtime.config());
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const paths = resolvePaths(host.environment);
    return (await tryProblems({ host, paths }, error)).problems;
  }
}

/** The home behind all lines. */
async function mendAll(text: string): Promise<Host> {
  let host = homeOf(text);
  const paths = resolvePaths(host.environment);
  for (const { fix } of await problemsOf(host)) {
    if (fix?.command === undefined) continue;
    host = (await applyLine({ host, paths }, fix.command)) ?? host;
  }
  return host;
}

const provider = `
  lab:
    base_url: http://127.0.0.1:9/v1
    protocol: openai-chat
    api_key: \${LAB_KEY}
`;
const sections: Readonly<Record<string, string>> = {
  providers: provider,
  auxiliary: '\n  title_generation:\n    timeout: 5\n    max_wait: 7\n',
  gateway: '\n  port: 4700\n  host: 127.0.0.1\n',
  budget: ' {usd: 5, per: day}\n',
  records: '\n  content: true\n',
};

/** Each letter but the first is left out, or changes places with the next. */
function misspell(name: string): readonly string[] {
  return Array.from(name.slice(2), (_, index) => index + 1).flatMap((at) => {
    const [left = '', right = ''] = [name[at], name[at + 1]];
    const swapped = `${name.slice(0, at)}${right}${left}${name.slice(at + 2)}`;
    return [`${name.slice(0, at)}${name.slice(at + 1)}`, swapped].filter((one) => one !== name);
  });
}

const slips = Object.entries(sections).flatMap(([section, inside]) => {
  const others = section === 'providers' ? '' : `providers:${provider}`;
  const inner = [...inside.matchAll(/\w+(?=: )/g)].map(([key]) => key);
  return misspell(section).map((wrong, index) => {
    const key = inner[index % inner.length] ?? '';
    const variants = misspell(key);
    const odd = variants[index % variants.length] ?? `${key}_`;
    return {
      name: `${wrong}: … ${odd}`,
      text: `main: lab/x\n${others}${wrong}:${inside.replace(`${key}:`, `${odd}:`)}`,
    };
  });
});

describe('two slips in one file', () => {
  const noProtocol = provider.replace(/ *protocol.*\n/, '');
  it.each([
    'budget: {usd: "5", per: day}',
    'budget: {usd: 5, per: daily}',
    'budget: 5 usd a day',
    'max_wait: 30s',
    'gateway: {port: ":4700"}',
    'prices: {lab/x: {input: "1", output: 2}}',
  ])('are both mended: %s', async (line) => {
    const text = `main: lab/x\nproviders:${noProtocol}${line}\n`;
    expect(await problemsOf(homeOf(text))).toHaveLength(2);
    expect(await problemsOf(await mendAll(text))).toEqual([]);
  });
});

describe('a misspelt section in which more is misspelt', () => {
  it.each(slips)('is mended, and nothing else is told: $name', async ({ text }) => {
    const problems = await problemsOf(homeOf(text));
    expect(problems.map(({ message }) => message)).toEqual(problems.map(() => 'unknown key'));
    expect(await problemsOf(await mendAll(text))).toEqual([]);
  });

  it('has no key of it repeated', async () => {
    for (const name of ['api_key', 'apikey', 'api_kye', 'token', 'password', 'colour', 'x']) {
      const key = `sk-test-${'k'.repeat(24)}`;
      const text = `main: lab/x\nprovders:${provider.replace(/api_key.*/, `${name}: ${key}`)}`;
      expect(JSON.stringify(await problemsOf(homeOf(text)))).not.toContain(key);
    }
  });

  it('knows every section', () => {
    for (const section of Object.keys(sections)) expect(listKeys([])).toContain(section);
  });
});
