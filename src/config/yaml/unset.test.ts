import { describe, expect, it } from 'vitest';
import { getConfigValue, setConfigValue } from './edit.ts';
import { unsetConfigValue } from './unset.ts';

const text = `# mine
main: a/b # first
fallback_chain: [c/d, e/f] # two
providers:
  # here
  a:
    base_url: https://a.test/v1 # url
    protocol: openai-chat
gateway:
  port: 4000
`;

const cases: readonly { name: string; key: string; gone: string; there?: string }[] = [
  {
    name: 'a line, with what is said beside it',
    key: 'providers.a.base_url',
    gone: '    base_url: https://a.test/v1 # url\n',
  },
  {
    name: 'a block',
    key: 'providers.a',
    gone: text.slice(text.indexOf('  # here'), text.indexOf('gateway')),
  },
  { name: 'an item of a list', key: 'fallback_chain[0]', gone: '[c/d, e/f]', there: '[e/f]' },
  {
    name: 'the only key of a block',
    key: 'gateway.port',
    gone: 'gateway:\n  port: 4000',
    there: 'gateway: {}',
  },
];

describe('a value is taken out of a config:', () => {
  for (const { name, key, gone, there = '' } of cases) {
    it(name, () => {
      const left = unsetConfigValue(text, key);
      expect(left).not.toContain(gone);
      if (there !== '') expect(left).toBe(text.replace(gone, there));
      for (const kept of ['# mine\n', 'main: a/b # first\n']) expect(left).toContain(kept);
    });
  }

  it('lines that end as Windows ends them stay so', () => {
    expect(
      unsetConfigValue('main: a/b\r\nstream_recovery: error\r\naliases: {}\r\n', 'stream_recovery'),
    ).toBe('main: a/b\r\naliases: {}\r\n');
  });

  it('nothing where nothing is set, and nothing that another value refers to', () => {
    expect(() => unsetConfigValue(text, 'aliases')).toThrow('aliases is not set');
    const anchored = 'main: &m a/b\naliases: {x: *m}\n';
    expect(() => unsetConfigValue(anchored, 'main')).toThrow('another value refers to it');
  });
});

describe('the name of a header, which is the same in any case:', () => {
  const config = 'main: a/b\nproviders:\n  a:\n    headers: {X-Team: blue, x-other: "1"}\n';
  const path = (name: string): string => `providers.a.headers.${name}`;
  it.each(['X-Team', 'x-team', 'X-TEAM', 'x-Team'])('%s', (name) => {
    expect(unsetConfigValue(config, path(name))).not.toContain('blue');
    expect(getConfigValue(config, path(name))).toBe('********');
    expect(setConfigValue(config, path(name), 'red')).toBe(config.replace('blue', 'red'));
  });
  it('the one that is written so comes first', () => {
    const both = 'providers: {a: {headers: {X-A: one, x-a: two}}}';
    expect(unsetConfigValue(both, path('x-a'))).toContain('one');
    expect(unsetConfigValue(both, path('X-A'))).toContain('two');
  });
  it.each(['X-Teams', 'Team'])('%s is another', (name) => {
    expect(() => unsetConfigValue(config, path(name))).toThrow('is not set');
    expect(setConfigValue(config, path(name), 'red')).toContain('blue');
  });
  it.each(['providers.A', 'Providers.a', 'providers.a.Headers'])('%s is no header', (key) => {
    expect(() => unsetConfigValue(config, key)).toThrow('is not set');
  });
});
