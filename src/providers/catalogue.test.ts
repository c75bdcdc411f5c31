import { describe, expect, it } from 'vitest';
import { builtinEntries } from './builtin.ts';
import { createCatalogue } from './catalogue.ts';
import type { ModelEntry, ProviderEntry } from './entry.ts';

const model = (id: string, ...aliases: string[]): ModelEntry => ({
  id,
  aliases,
  asOf: '2026-11-21',
  verified: 'n/v',
});

const acme: ProviderEntry = {
  name: 'acme',
  title: 'Acme',
  origins: { 'openai-chat': 'https://api.acme.example/v1' },
  alternativeOrigins: [
    {
      name: 'moon',
      origins: {},
      note: 'On the moon.',
      keyPrefixes: ['ak-moon-'],
      verified: 'n/v',
    },
  ],
  keyVariables: ['ACME_API_KEY'],
  authStyle: {},
  keyPrefixes: ['ak-'],
  limitScope: 'unknown',
  limitScopeSource: 'n/v',
  models: [
    model('rocket', 'rocket-latest', 'rocket-*'),
    model('rocket-mini', 'rocket-mini-*'),
    model('odd', 'a*b*c'),
  ],
  links: { docs: 'https://acme.example' },
  verified: { origins: 'n/v', keyVariables: 'n/v', authStyle: 'n/v' },
  asOf: '2026-11-21',
};
const other: ProviderEntry = {
  ...acme,
  name: 'other',
  alternativeOrigins: [],
  keyVariables: [],
  keyPrefixes: ['ok-'],
};
const catalogue = createCatalogue([acme, other]);

describe('createCatalogue', () => {
  it('keeps the order of the entries', () => {
    expect(catalogue.names).toEqual(['acme', 'other']);
    expect(catalogue.get('acme')).toBe(acme);
    expect(catalogue.get('none')).toBeUndefined();
  });

  it('refuses two entries of one name', () => {
    expect(() => createCatalogue([acme, acme])).toThrow('two provider entries are named acme');
  });

  it.each([
    ['an exact id', 'rocket', 'rocket'],
    ['an exact id before a pattern', 'rocket-mini', 'rocket-mini'],
    ['an equal alias', 'rocket-latest', 'rocket'],
    ['the longest pattern that fits', 'rocket-mini-2026-11-01', 'rocket-mini'],
    ['a shorter pattern otherwise', 'rocket-2026-11-01', 'rocket'],
    ['an empty run', 'rocket-', 'rocket'],
    ['several stars', 'a-b-c', 'odd'],
    ['several stars, all empty', 'abc', 'odd'],
    ['nothing when the pieces overlap', 'ac', undefined],
    ['nothing when the pieces stand in another order', 'acb', undefined],
    ['nothing for another model', 'plane', undefined],
  ])('finds a model by %s', (_law, id, expected) => {
    expect(catalogue.findModel('acme', id)?.id).toBe(expected);
  });

  it('finds no model of an unknown provider', () => {
    expect(catalogue.findModel('none', 'rocket')).toBeUndefined();
  });

  it.each([
    ['ak-123', ['acme']],
    ['ak-moon-123', ['acme']],
    ['ok-123', ['other']],
    ['sk-123', []],
  ])('tells whose key %s looks like', (secret, expected) => {
    expect(catalogue.providersOfKeyPrefix(secret).map((entry) => entry.name)).toEqual(expected);
  });

  it('lets the longest prefix decide', () => {
    const names = (secret: string) =>
      createCatalogue(builtinEntries)
        .providersOfKeyPrefix(secret)
        .map(({ name }) => name);
    expect(names('sk-ant-api03-x')).toEqual(['anthropic']);
    expect(names('sk-or-v1-x')).toEqual(['openrouter']);
    expect(names('tp-x')).toEqual(['xiaomi']);
    expect(names('sk-x')).toEqual([]);
  });
});

describe('vendorAt', () => {
  it.each([
    ['https://dashscope.aliyuncs.com', 'qwen'],
    ['https://ollama.com', 'ollama'],
    ['http://127.0.0.1:11434', undefined],
    ['http://127.0.0.1:4000', undefined],
    ['https://api.openai.com.evil.test', undefined],
  ])('knows whose own address %s is', (origin, vendor) => {
    expect(createCatalogue(builtinEntries).vendorAt(origin)).toBe(vendor);
  });
});
