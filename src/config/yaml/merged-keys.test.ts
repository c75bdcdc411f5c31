/** Anchors, aliases and merge keys (`<<`): each value may be changed without harm to others. */

import { describe, expect, it } from 'vitest';
import { readDocument } from './document.ts';
import { readConfigValue, setConfigValue } from './edit.ts';
import { unsetConfigValue } from './unset.ts';

const base = ['  acme: &base', '    base_url: https://a.test/v1', '    protocol: openai-chat'];
const textOf = (...beta: readonly string[]): string =>
  `${['main: beta/big', 'providers:', ...base, ...beta].join('\n')}\n`;

const forms: readonly (readonly [name: string, text: string])[] = [
  ['an alias', textOf('  beta: *base')],
  ['a merge key', textOf('  beta:', '    <<: *base')],
  ['a merge key in braces', textOf('  beta: {<<: *base}')],
  ['a list of merged mappings', textOf('  beta:', '    <<: [*base]')],
];

const acme = { base_url: 'https://a.test/v1', protocol: 'openai-chat' };

describe.each(forms)('%s', (_name, text) => {
  it('has what it copies, at the line where that stands', () => {
    const document = readDocument('c', text);
    expect(document.problems).toEqual([]);
    expect(document.value).toEqual({ main: 'beta/big', providers: { acme, beta: acme } });
    expect(document.locate(['providers', 'beta', 'protocol'])?.line).toBe(5);
  });

  it.each([
    ['providers.beta.timeout', '9', { ...acme, timeout: 9 }],
    [
      'providers.beta.protocol',
      'google-generate-content',
      { ...acme, protocol: 'google-generate-content' },
    ],
    ['providers.beta.limits.idle', '3', { ...acme, limits: { idle: 3 } }],
  ])('takes %s for itself alone', (key, value, expected) => {
    const changed = readDocument('c', setConfigValue(text, key, value));
    expect([changed.problems, changed.value]).toEqual([
      [],
      { main: 'beta/big', providers: { acme, beta: expected } },
    ]);
    expect(changed.locate(['providers', 'beta', 'base_url'])?.line).toBe(4);
  });

  it('keeps what it copies while that is needed', () => {
    expect(() => unsetConfigValue(text, 'providers.acme')).toThrow('another value refers to it');
    const alone = readDocument('c', unsetConfigValue(text, 'providers.beta'));
    expect(alone.value).toEqual({ main: 'beta/big', providers: { acme } });
  });
});

it('an alias of a list is not changed through its name', () => {
  const text = 'fallback_chain: &chain [a/b]\nauxiliary: {vision: {fallback_chain: *chain}}\n';
  const changed = setConfigValue(text, 'auxiliary.vision.fallback_chain', '[c/d]');
  expect(readConfigValue(changed, 'fallback_chain')).toEqual(['a/b']);
  expect(readConfigValue(changed, 'auxiliary.vision.fallback_chain')).toEqual(['c/d']);
});
