import { describe, expect, it } from 'vitest';
import { findLiteralKey, formatConfigValue, getConfigValue, newConfigText, setConfigValue } from './edit.ts';

const text = `# mine
main: deepseek/deepseek-v4-pro # fast
gateway:
  # for the phone
  port: 4653
`;

describe('editing a config text', () => {
  it('keeps comments and order', () => {
    expect(setConfigValue(text, 'gateway.port', '8080')).toBe(text.replace('4653', '8080'));
  });

  it('adds what was not there', () => {
    const changed = setConfigValue(text, 'providers.local', '{base_url: http://127.0.0.1:1/v1, auth: none}');
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
    expect(['a/b', 8080, { port: 4653 }].map(formatConfigValue)).toEqual(['a/b', '8080', 'port: 4653']);
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
  ])('shows no key that is written out: %s (law 20)', (keyPath, shown) => {
    const withKeys = `${text}providers:
  a: {api_key: sk-test-written-out, auth: bearer}
  b: {credentials: [{api_key: sk-test-written-out}, {env: B_KEY}]}
  c: {api_key: "\${C_KEY}"}
  d: {api_key: [sk-test-written-out, sk-test-other], apiKey: sk-test-misspelt}
  e: {api_key: {sk-test-written-out: 1}, api-key: null}
  f: {api_key: 123456}
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
  ])('sees a key in an argument, whatever stands around it: %s %s (law 20)', (keyPath, value, found) => {
    expect(findLiteralKey(keyPath, value)).toBe(found);
  });
});
