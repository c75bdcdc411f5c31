import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findLiteralKey,
  formatConfigValue,
  getConfigValue,
  isShownWhole,
  newConfigText,
  requireKeys,
  setConfigValue,
  writeConfigValue,
} from './edit.ts';

const text = `# mine
main: deepseek/deepseek-v4-pro # fast
gateway:
  # for the phone
  port: 4653
`;

describe('editing a config text', () => {
  it('sets what was written for it as it was, whatever YAML would make of the bare text', () => {
    const word = fc.constantFrom(
      ...': #-[]{}&*!|>%@"\'\\,?~',
      '17',
      'no',
      'null',
      'a',
      '\n',
      '- ',
      'é',
    );
    const value = fc.oneof(
      fc.array(word, { maxLength: 4 }).map((parts) => parts.join('')),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(value, (one) => {
        const written = writeConfigValue(one);
        expect(getConfigValue(setConfigValue('', 'x', written), 'x') ?? null).toEqual(
          JSON.parse(JSON.stringify(one)),
        );
      }),
      { numRuns: 1000, seed: 20_261_124 },
    );
  });

  it('keeps comments and order', () => {
    expect(setConfigValue(text, 'gateway.port', '8080')).toBe(text.replace('4653', '8080'));
  });

  it.each([
    ['main: a/b # fast\n', 'main', 'c/d', 'main: c/d # fast\n'],
    ['main: &m a/b # fast\ntoo: *m\n', 'main', 'c/d', 'main: &m c/d # fast\ntoo: *m\n'],
    [
      'list:\n  # best\n  - a/b\n  - c/d # slow\n',
      'list[1]',
      'e/f',
      'list:\n  # best\n  - a/b\n  - e/f # slow\n',
    ],
    ['list: [a/b] # two\n', 'list', '[c/d]', 'list: [c/d] # two\n'],
    [
      'gateway: # phone\n\nmain: a/b\n',
      'gateway.port',
      '1',
      'gateway:\n  port: 1\n  # phone\n\nmain: a/b\n',
    ],
  ])('keeps what stands beside the value: %j', (before, keyPath, value, after) => {
    expect(setConfigValue(before, keyPath, value)).toBe(after);
  });

  it.each([
    ['list: [a/b]\n', 'list[1]', ['a/b', 'x']],
    ['list: [a/b]\n', 'list[0]', ['x']],
    ['list: [a/b]\n', 'list.1', ['a/b', 'x']],
    ['list:\n', 'list[0]', ['x']],
    ['', 'list[0]', ['x']],
    ['main: a/b\n', 'list[0]', ['x']],
  ])('sets one item of a list, or the one after: %j %s', (before, keyPath, list) => {
    expect(getConfigValue(setConfigValue(before, keyPath, 'x'), 'list')).toEqual(list);
  });

  it.each([
    ['list: [a/b]\n', 'list[99999999]', 'list has 1 item: use [1]'],
    ['list: [a/b]\n', 'list.99999999', 'list has 1 item: use [1]'],
    ['main: a/b\n', 'list[99999999]', 'list has 0 items: use [0]'],
    [
      'main: a/b\n',
      'providers.a.credentials[7].env',
      'providers.a.credentials has 0 items: use [0]',
    ],
    ['list: [a/b]\n', 'list.first', 'list is a list: use an index, [0] to [1]'],
    ['main: a/b\n', 'main.x', 'main is a single value, and has nothing below it'],
    ['- a/b\n', 'main', 'the config is a list: use an index, [0] to [1]'],
  ])('refuses a place that cannot be: %j %s', (before, keyPath, reason) => {
    expect(() => setConfigValue(before, keyPath, 'x')).toThrow(
      `${keyPath} cannot be set: ${reason}`,
    );
  });

  it.each([
    ['- a/b\n', /^\/c\.yaml \(root\): is a list, not keys with their values/],
    ['text\n', /^\/c\.yaml \(root\): is a single value, not keys/],
    ['main: a/b\nproviders:\n\ta: {}\n', /^\/c\.yaml:3:1 \(YAML\): Tabs are not allowed/],
    ['main: a/b\n---\nmain: c/d\n', /^\/c\.yaml:2:1 \(YAML\): a second document begins here/],
  ])('names the file in which no key can be found: %j', (broken, message) => {
    expect(() => requireKeys('/c.yaml', broken)).toThrow(message);
  });

  it.each([text, '', '# only this\n'])('finds keys, or room for them: %j', (good) => {
    expect(() => requireKeys('/c.yaml', good)).not.toThrow();
  });

  it('adds what was not there', () => {
    const changed = setConfigValue(
      text,
      'providers.local',
      '{base_url: http://127.0.0.1:1/v1, auth: none}',
    );
    expect(getConfigValue(changed, 'providers.local.auth')).toBe('none');
    expect(changed.startsWith(text)).toBe(true);
  });

  it('fills a new file below the schema line', () => {
    expect(setConfigValue(newConfigText('/s.json'), 'main', 'a/b')).toBe(
      '# yaml-language-server: $schema=/s.json\n\nmain: a/b\n',
    );
  });

  it('reads values, and shows what is no text as YAML', () => {
    expect([getConfigValue(text, 'gateway'), getConfigValue(text, 'nothing')]).toEqual([
      { port: 4653 },
      undefined,
    ]);
    expect(['a/b', 8080, { port: 4653 }].map(formatConfigValue)).toEqual([
      'a/b',
      '8080',
      'port: 4653',
    ]);
  });

  it.each([
    ['providers.a.api_key', '********'],
    ['providers.a', { api_key: '********', auth: 'bearer' }],
    ['providers.b.credentials', [{ api_key: '********' }, { env: 'B_KEY' }]],
    ['providers.c.api_key', `\${C_KEY}`],
    ['providers.d', { api_key: '********', apiKey: '********' }],
    ['providers.d.api_key[1]', '********'],
    ['providers.e', { api_key: '********', 'api-key': null }],
    ['providers.e.api_key.sk-test-written-out', '********'],
    ['providers.f.api_key', '********'],
    ['apikey', '********'],
    ['providers.g.headers', { 'X-Gate': '********', 'X-Var': `\${G}` }],
    ['providers.g.query.v', '********'],
    ['providers.g.header', '********'],
  ])('shows no key that is written out: %s (law 20)', (keyPath, shown) => {
    const withKeys = `${text}providers:
  a: {api_key: sk-test-written-out, auth: bearer}
  b: {credentials: [{api_key: sk-test-written-out}, {env: B_KEY}]}
  c: {api_key: "\${C_KEY}"}
  d: {api_key: [sk-test-written-out, sk-test-other], apiKey: sk-test-misspelt}
  e: {api_key: {sk-test-written-out: 1}, api-key: null}
  f: {api_key: 123456}
  g: {headers: {X-Gate: Bearer x, X-Var: "\${G}"}, query: {v: 1}, header: misspelt}
apikey: sk-test-at-the-root
`;
    expect(getConfigValue(withKeys, keyPath)).toEqual(shown);
  });

  it.each([
    ['providers.a.api_key', 'sk-test-as-argument', 'providers.a.api_key'],
    ['providers.a.api_key', '12345', 'providers.a.api_key'],
    ['providers.a.api_key', '[sk-test-as-argument', 'providers.a.api_key'],
    ['providers.a', '{base_url: http://h/v1, api_key: sk-test-as-argument}', 'providers.a.api_key'],
    [
      'providers.a.credentials',
      '[{env: A}, {api_key: sk-test-as-argument}]',
      'providers.a.credentials[1].api_key',
    ],
    ['providers.a.api_key', `\${A_KEY}`, undefined],
    ['providers.a', `{auth: none, api_key: "\${A_KEY}"}`, undefined],
    ['aliases.api_key', 'main', undefined],
    ['providers.a.headers.X-Title', 'mine', undefined],
    ['providers.a.query', '{api-version: 2024-10-21}', undefined],
    ['providers.a.headers.api-key', 'sk-test-as-argument', 'providers.a.headers.api-key'],
  ])(
    'sees a key in an argument, whatever stands around it: %s %s (law 20)',
    (keyPath, value, found) => {
      expect(findLiteralKey(keyPath, value)).toBe(found);
    },
  );

  it.each([
    ['providers.a', '{base_url: http://h/v1}', true],
    ['providers.a', `{headers: {X-Gate: "\${GATE}"}}`, true],
    ['providers.a', '{base_url: http://h/v1, headers: {X-Gate: mine}}', false],
    ['providers.a.header', '{X-Gate: mine}', false],
    ['providers.a.query.v', '1', false],
    ['providers.a.api_key', 'sk-test-as-argument', false],
  ])('prints no such value in a command: %s %s', (keyPath, value, isShown) => {
    expect(isShownWhole(keyPath, value)).toBe(isShown);
  });
});
