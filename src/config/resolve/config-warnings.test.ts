/**
 * What a good configuration is told of all the same: an invalid key, a chain that repeats itself.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

function resolve(text: string, environment: Readonly<Record<string, string>> = {}): ResolvedConfig {
  const files = { '/h/config.yaml': text };
  const host = createFakeHost({ files, environment: { HOLDFAST_HOME: '/h', ...environment } });
  return new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    onEvent: () => undefined,
  }).current();
}

describe('a key that cannot be used', () => {
  const text = `main: one/m
fallback_chain: [two/m]
providers:
  one: {base_url: "http://h:1/v1", protocol: openai-chat, api_key: "\${ONE}"}
  two: {base_url: "http://h:2/v1", protocol: openai-chat, api_key: "\${TWO}"}
`;

  it.each([
    ['of several lines', 'sk-test-a\nsk-test-b', 'several lines; a key is one'],
    ['with a word before it', 'Bearer sk-test-a', '"Bearer" and then the key; leave only the key'],
    [
      'with a whole header',
      'Authorization: Bearer sk-test-a',
      '"Bearer" and then the key; leave only the key',
    ],
    ['with a space in it', 'sk-test a', 'a space (U+0020) at position 8, which no key has'],
    ['with what nobody sees', 'sk-\u200btest', 'an invisible character (U+200B) at position 4'],
    ['with a mark of order', 'sk-test\u2060a', 'an invisible character (U+2060) at position 8'],
    ['in typographic quotes', '\u201csk-test\u201d', 'a typographic quotation mark (U+201C)'],
    ['with a dash of a text', 'sk\u2013test', 'a typographic dash (U+2013) at position 3'],
    [
      'shown in part',
      'sk-test\u2026abc',
      'an ellipsis or a bullet, as pages show a hidden key (U+2026)',
    ],
    [
      'shown as dots',
      'sk-test\u2022\u2022',
      'an ellipsis or a bullet, as pages show a hidden key (U+2022)',
    ],
    ['with a letter of a language', 'sk-t\u00e9st', 'a character (U+00E9) at position 5'],
    ['outside of the plane', 'sk-test\u{1f600}', 'a character (U+1F600) at position 8'],
    ['with another header', 'x-api-key: sk-test', 'the name of a header and then the key'],
    ['as a line of a shell', 'export ACME_KEY=sk-test', 'a whole line of a shell'],
    ['as a line of cmd', 'set ACME_KEY=sk-test', 'a whole line of a shell'],
    ['with a command', '$(cat /sk-test)', 'a shell command, which is not run here'],
    ['as JSON', '{"key": "sk-test"}', 'JSON; leave only the key'],
    ['as JSON without a space', '{"key":"sk-test"}', 'JSON; leave only the key'],
    ['in UTF-16', 's\0k\0-\0t\0', 'NUL bytes, as UTF-16 has'],
  ])('is told of as loudly as a missing one: %s', (_name, TWO, fault) => {
    const { warnings } = resolve(text, { ONE: 'k', TWO });
    expect(warnings).toEqual([{ code: 'key-missing', text: expect.stringContaining(fault) }]);
    expect(warnings[0]?.text).toMatch(
      /^config.yaml:5:3: two has no key that can be used, so two\/m cannot be asked; TWO in the environment holds/,
    );
    expect(JSON.stringify(warnings)).not.toContain('sk-test');
    const refused = (): unknown => resolve(text, { ONE: TWO, TWO });
    expect(refused).toThrow(/one has no key that can be used; ONE in the environment holds/);
    expect(refused).toThrow(/two has no key that can be used/);
    expect(refused).toThrow(/write the key behind TWO=, or write providers.two.api_key/);
  });

  it('is told of where it stands in the config', () => {
    const literal = text.replace(/"\$\{TWO\}"/, '"Bearer sk-test-a"');
    const refused = (): unknown => resolve(literal.replace(/"\$\{ONE\}"/, '"Bearer sk-test-a"'));
    expect(refused).toThrow(
      /two has no key that can be used; config.yaml:5 holds "Bearer" and then the key/,
    );
    expect(refused).toThrow(/write the key alone there, on one line/);
    expect(resolve(literal, { ONE: 'k' }).warnings).toHaveLength(1);
  });
});

describe('a chain that names somebody twice', () => {
  const servers = `
providers:
  one: {base_url: "http://h:1/v1", protocol: openai-chat, api_key: sk-test-one}
  two: {base_url: "http://h:2/v1", protocol: openai-chat, api_key: sk-test-two}
`;
  const end = 'it is asked once';
  const fix = { text: 'take it out or name another' };

  it.each<[string, string, readonly string[]]>([
    ['nobody twice', 'main: one/m\nfallback_chain: [one/n, two/m]', []],
    [
      'its own first target',
      'main: one/m\nfallback_chain: [two/m, one/m]',
      [`config.yaml:2: fallback_chain[1] names one/m, which main names before it: ${end}`],
    ],
    [
      'one three times',
      'main: one/m\nfallback_chain: [two/m, two/m, {provider: two, model: m}]',
      [
        `config.yaml:2: fallback_chain[1] names two/m, which fallback_chain[0] names before it: ${end}`,
        `config.yaml:2: fallback_chain[2] names two/m, which fallback_chain[0] names before it: ${end}`,
      ],
    ],
    [
      'the own target of a task',
      'main: one/m\nauxiliary:\n  vision: {provider: two, model: m, fallback_chain: [two/m, one/m]}',
      [
        `config.yaml:3: auxiliary.vision.fallback_chain[0] names two/m, which auxiliary.vision names before it: ${end}`,
      ],
    ],
    [
      'a target of the main route, which a task without its own takes',
      'main: one/m\nauxiliary:\n  vision: {fallback_chain: [one/m, two/m]}',
      [
        `config.yaml:3: auxiliary.vision.fallback_chain[0] names one/m, which main names before it: ${end}`,
      ],
    ],
    [
      "nobody twice where the first has a key of the task's own",
      'main: one/m\nauxiliary:\n  vision: {provider: two, model: m, api_key: sk-test-own, fallback_chain: [two/m]}',
      [],
    ],
  ])('is told of: %s', (_name, text, expected) => {
    const { warnings } = resolve(`${text}${servers}`);
    expect(warnings).toEqual(
      expected.map((what) => ({
        code: 'chain-repeats',
        what,
        fix,
        text: `${what}. To fix: ${fix.text}`,
      })),
    );
  });
});

describe('an alias', () => {
  const provider =
    'providers: {one: {base_url: "http://h:1/v1", protocol: openai-chat, auth: none}}\n';
  const side = 'auxiliary: {vision: {provider: one, model: v}}\n';
  it.each([
    ['main', ['main']],
    ['vision', ['vision']],
    ['title_generation', []],
    ['gpt-*', []],
  ])('that has the name of a task is never used: %s', (name, unused) => {
    const { warnings } = resolve(`main: one/m\n${side}aliases: {"${name}": one/n}\n${provider}`);
    expect(warnings.map(({ code, what }) => [code, what])).toEqual(
      unused.map((task) => [
        'alias-unused',
        `aliases.${task} is never used: a request for ${task} goes to the task of that name`,
      ]),
    );
  });
});

describe('an alias with stars', () => {
  it.each([
    ['*mini*', ['aliases.*mini* also takes gemini-3.8-flash, from within a word']],
    ['gpt-*mini*', []],
    ['*-mini*', []],
    ['*', []],
    ['gemini*', []],
  ])('%s', (pattern, told) => {
    const { warnings } = resolve(
      `main: openai/m\nproviders: {gemini: {api_key: sk-test-g}}\naliases: {"${pattern}": main}`,
      { OPENAI_API_KEY: 'sk-test-a' },
    );
    const found = warnings.filter(({ code }) => code === 'alias-wide').map(({ what }) => what);
    expect(found).toEqual(told);
  });
});

describe('a character that only looks right', () => {
  it.each([
    ['main: openai/gpt\u20115', 'main has a typographic dash (U+2011)', 'main .?openai/gpt-5'],
    ['main: openai/gpt\u200b5', 'main has an invisible character (U+200B)', 'main .?openai/gpt5'],
    ['main: openai/gpt,', 'main ends with ","', 'main openai/gpt$'],
    ['main: openai/m\naliases: {a: openai/m;}', 'aliases.a ends with ";"', 'aliases.a openai/m$'],
  ])('%j', (text, what, command) => {
    const { warnings } = resolve(text, { OPENAI_API_KEY: 'sk-test-a' });
    const [warning] = warnings.filter(({ code }) => code === 'odd-character');
    expect(warning?.what).toContain(what);
    expect(warning?.fix?.command).toMatch(new RegExp(`config set ${command}`));
  });

  it('is named where it makes a problem', () => {
    expect(() => resolve('main: “openai/m”')).toThrow(
      /unknown provider “openai: there is a typographic quotation mark \(U\+201C\)/,
    );
  });
});

describe('a number in another unit', () => {
  const warningsOf = (text: string): readonly string[] =>
    resolve(text, { OPENAI_API_KEY: 'sk-test-a' })
      .warnings.filter(({ code }) => code === 'odd-unit')
      .map((warning) => warning.text);

  it.each([
    ['providers: {openai: {timeout: 30000}}', 'timeout is 30000 seconds', 'timeout 30'],
    ['max_wait: 60000', 'max_wait is 60000 seconds', 'max_wait 60'],
    [
      'prices: {openai/m: {input: 5.9e-7, output: 1}}',
      'input is 5.9e-7 USD for a million tokens',
      'prices.openai/m.input 0.59',
    ],
  ])('%s', (line, is, command) => {
    const [warning, ...more] = warningsOf(`main: openai/m\n${line}\n`);
    expect(warning).toContain(is);
    expect(warning).toMatch(new RegExp(`config set \\S*${command.replaceAll('.', '\\.')}$`));
    expect(more).toEqual([]);
  });

  it('is no warning where it may be meant', () => {
    const lines = ['max_wait: 7200', 'prices: {openai/m: {input: 0, output: 0.001}}'];
    for (const line of lines) expect(warningsOf(`main: openai/m\n${line}\n`)).toEqual([]);
  });
});

describe('a budget in USD', () => {
  const own = 'base_url: "http://127.0.0.1:1/v1", protocol: openai-chat, auth: none';
  const warningsOf = (of: string, more = ''): readonly (string | undefined)[] =>
    resolve(`main: own/m
providers:
  own: {${own}${of}}
  paid: {base_url: "https://h.example/v1", protocol: openai-chat, api_key: sk-test-a}
${more}
`)
      .warnings.filter(({ code }) => code === 'budget-idle')
      .map(({ what }) => what?.split(' and ')[0]);
  const budget = 'budget: {usd: 1, per: day}';

  it.each<[string, string, string, readonly string[]]>([
    ['of a free server', `, ${budget}`, '', ['config.yaml:3 providers.own.budget is in USD']],
    [
      'of a plan',
      `, billing: plan, ${budget}`,
      '',
      ['config.yaml:3 providers.own.budget is in USD'],
    ],
    ['of all', '', budget, ['config.yaml:5 budget is in USD']],
    [
      'of a task',
      '',
      `auxiliary: {vision: {provider: own, model: n, ${budget}}}`,
      ['config.yaml:5 auxiliary.vision.budget is in USD'],
    ],
    ['of a metered provider', `, billing: metered, ${budget}`, '', []],
    ['of one with a price', `, ${budget}`, 'prices: {own/n: {input: 1, output: 1}}', []],
    ['of all, one paid', '', `${budget}\nfallback_chain: [paid/m]`, []],
    ['in tokens', ', budget: {tokens: 9, per: day}', '', []],
  ])('%s', (_name, of, more, told) => {
    expect(warningsOf(of, more)).toEqual(told);
  });
});
