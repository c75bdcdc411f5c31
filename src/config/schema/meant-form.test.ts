/** What was meant is asked only where it fits. */

import { describe, expect, it } from 'vitest';
import { readKeyPath } from './key-paths.ts';
import { findMeantForm, findMeantKey, findOddSpan } from './meant-form.ts';
import { listKeys } from './schema-walk.ts';

const server = { base_url: 'https://own.test/v1', protocol: 'openai-chat' };
const home = { providers: { own: server }, prices: { 'own/big': { input: 1, output: 2 } } };

/** `home` with a value at one path. */
function at(key: string, value: unknown): { root: unknown; path: readonly (string | number)[] } {
  const root: Record<string | number, unknown> = structuredClone(home);
  const path = readKeyPath(key);
  let node = root;
  for (const part of path.slice(0, -1)) {
    node[part] ??= {};
    node = node[part] as Record<string | number, unknown>;
  }
  node[path.at(-1) ?? ''] = value;
  return { root, path };
}

describe('a value in another form', () => {
  it.each<readonly [key: string, value: unknown, meant: string | undefined]>([
    ['main', 'own:big', 'own/big'],
    ['main', 'own big', 'own/big'],
    ['main', 'big', 'own/big'],
    ['main', 'small', undefined],
    ['main', { own: 'big' }, 'own/big'],
    ['main', { model: 'own/big' }, 'own/big'],
    ['main', { provider: 'own' }, undefined],
    ['main', ['own/big', 'own/small'], undefined],
    ['fallback_chain', 'own/big', '[own/big]'],
    ['fallback_chain', 'own/big, own/small', '[own/big, own/small]'],
    ['fallback_chain', 'own/big; own/small', '[own/big, own/small]'],
    ['fallback_chain', 'own/big own/small', '[own/big, own/small]'],
    ['auxiliary.title_generation', 'own/small', '{model: own/small}'],
    ['records.content', 'yes', 'true'],
    ['gateway.ui', 'off', 'false'],
    ['gateway.ui', 'maybe', undefined],
    ['max_wait', '20s', '20'],
    ['max_wait', '5 min', '300'],
    ['max_wait', '1 hour', '3600'],
    ['max_wait', '1500ms', '1.5'],
    ['max_wait', '20;', '20'],
    ['max_wait', '1m30s', '90'],
    ['max_wait', '1h 5 min', '3900'],
    ['max_wait', '1m30x', undefined],
    ['max_wait', '1m, 30s', undefined],
    ['prices.own/big.input', '20 000', '20000'],
    ['prices.own/big.input', '1 000 000', '1000000'],
    ['prices.own/big.input', '20 00', undefined],
    ['max_wait', '1,5', undefined],
    ['max_wait', '20 apples', undefined],
    ['max_wait', 'forever', undefined],
    ['gateway.port', '4700', '4700'],
    ['gateway.port', ':4700', '4700'],
    ['gateway.port', '127.0.0.1:4700', '4700'],
    ['gateway.port', '4700s', undefined],
    ['gateway.port', ':470000', undefined],
    ['prices.own/big.input', '$1.5', '1.5'],
    ['prices.own/big.input', '1/M', '1'],
    [
      'prices.own/big',
      { input_cost_per_token: 1.4e-7, output_cost_per_token: '2.8e-7' },
      '{input: 0.14, output: 0.28}',
    ],
    [
      'prices.own/big',
      { prompt_per_1k: 0.003, completion_per_1k_tokens: 0.015, cache_read_input_token_cost: 3e-7 },
      '{input: 3, output: 15, cache_read: 0.3}',
    ],
    ['prices.own/big', { input_per_mtok: 3, output_per_million: 15 }, '{input: 3, output: 15}'],
    ['prices.own/big', { input_cost_per_token: 1.4e-7 }, undefined],
    ['prices.own/big', { input_per_1k: 1, output_per_second: 1 }, undefined],
    ['budget', 3, '{usd: 3, per: day}'],
    ['budget', '$3/month', '{usd: 3, per: month}'],
    ['budget', '200000 tokens per hour', '{tokens: 200000, per: hour}'],
    ['budget', '3/fortnight', undefined],
    ['providers.own.protocol', 'openai', 'openai-chat'],
    ['providers.own.protocol', 'chat/completions', 'openai-chat'],
    ['providers.own.protocol', 'responses', 'openai-responses'],
    ['providers.own.protocol', 'http', undefined],
    ['providers.own.base_url', ['https://own.test'], 'https://own.test'],
    ['providers.own.models', ['big', 'small'], '{big: {}, small: {}}'],
    ['providers.own.credentials', { env: 'OWN_KEY' }, '[{env: OWN_KEY}]'],
    ['providers.own.credentials', 'OWN_KEY', '[{env: OWN_KEY}]'],
    ['aliases', [{ 'gpt-*': 'main' }], '{gpt-*: main}'],
    ['aliases', ['gpt-4o'], undefined],
  ])('%s: %j was meant as %s', (key, value, meant) => {
    const { root, path } = at(key, value);
    expect(findMeantForm(root, path)).toBe(meant);
  });

  it.each([
    ['providers.own.api_key', ['sk-test-one']],
    ['providers.own.credentials', ['sk-test-one']],
    ['providers.own.credentials', 'sk-test-one'],
    ['providers.own.headers', ['X-Key=one']],
    ['providers.own.query', { key: 7 }],
    ['fallback_chain', 'sk-test-one'],
    ['providers.own.credentials', { api_key: 'sk-test-one' }],
    ['providers.own.credentials', { api_key: 'sk-test-one', label: 'one' }],
    ['providers', [{ own: { ...server, api_key: 'sk-test-one' } }]],
    ['providers', [{ own: { ...server, headers: { 'X-Key': 'one' } } }]],
    ['auxiliary', [{ vision: { model: 'own/big', api_key: 'sk-test-one' } }]],
  ])('is not repeated where it may be a secret: %s', (key, value) => {
    const { root, path } = at(key, value);
    expect(findMeantForm(root, path)).toBeUndefined();
  });
});

describe('a budget, its parts in any order', () => {
  const units = { usd: ['$', 'usd', 'USD', 'dollars'], tokens: ['tokens'], requests: ['requests'] };
  const spans = {
    hour: ['hour', 'hourly', 'h'],
    day: ['day', 'daily'],
    month: ['month', 'months'],
  };
  const texts = Object.entries(units).flatMap(([unit, words]) =>
    words.flatMap((word) =>
      Object.entries(spans).flatMap(([span, names]) =>
        names.flatMap((name) =>
          [`5 ${word}/${name}`, `${word} 5 per ${name}`, `${name} 5 ${word}`, `5${word} a ${name}`]
            .concat(word === 'usd' ? [`5/${name}`, `${name}, 5`] : [])
            .map((text) => ({ text, meant: `{${unit}: 5, per: ${span}}` })),
        ),
      ),
    ),
  );

  it.each(texts)('$text was meant as $meant', ({ text, meant }) => {
    expect(findMeantForm({ budget: text }, ['budget'])).toBe(meant);
    expect(findOddSpan({ budget: text }, ['budget'])).toBeUndefined();
  });

  it.each(['week', 'weekly', 'minute', 'year', 'annually'])('has no span %s', (span) => {
    for (const text of [`5 usd/${span}`, `${span} 5`, `5 tokens per ${span}`]) {
      expect(findMeantForm({ budget: text }, ['budget'])).toBeUndefined();
      expect(findOddSpan({ budget: text }, ['budget'])).toBe(span);
    }
  });

  it.each(['5€/day', '5 euro/day', '5 6 usd/day', 'usd/day', '5 usd day month', 'much'])(
    'is not guessed of %s',
    (text) => {
      expect(findMeantForm({ budget: text }, ['budget'])).toBeUndefined();
      expect(findOddSpan({ budget: text }, ['budget'])).toBeUndefined();
    },
  );
});

describe('a key by another name', () => {
  it.each<readonly [key: string, value: unknown, meant: string | undefined]>([
    ['providers.own.url', 'https://own.test', 'base_url'],
    ['providers.own.host', 'https://own.test', 'base_url'],
    ['providers.own.apiKey', 'sk-test-one', 'api_key'],
    ['providers.own.api-key', 'sk-test-one', 'api_key'],
    ['providers.own.token', 'sk-test-one', 'api_key'],
    ['providers.own.api_keys', ['sk-test-one', 'sk-test-two'], 'credentials'],
    ['providers.own.api_keys', [{ env: 'OWN_KEY' }], 'credentials'],
    ['providers.own.type', 'openai-chat', 'protocol'],
    ['providers.own.wire_api', 'chat', 'protocol'],
    ['providers.own.models.big.context_length', 8192, 'context_window'],
    ['providers.own.colour', 'red', undefined],
    ['model', 'own/big', 'main'],
    ['fallback', 'own/big', 'fallback_chain'],
    ['tasks', { title_generation: { model: 'own/big' } }, 'auxiliary'],
    ['provider', { own: server }, 'providers'],
    ['prices.own/big.completion', 2, 'output'],
    ['budget.every', 'day', 'per'],
  ])('%s: %j was meant as %s', (key, value, meant) => {
    const { root, path } = at(key, value);
    expect(findMeantKey(root, path.slice(0, -1), String(path.at(-1))).meant).toBe(meant);
  });

  it('is never one that the schema does not have there', () => {
    for (const parent of [[], ['providers', 'own'], ['gateway'], ['budget']])
      for (const key of ['url', 'token', 'title', 'every', 'model', 'tasks', 'listen', 'x'])
        for (const value of ['a', 7, true, null, ['a'], { a: 1 }]) {
          const { root, path } = at([...parent, key].join('.'), value);
          const { meant } = findMeantKey(root, path.slice(0, -1), key);
          expect([undefined, ...listKeys(parent)]).toContain(meant);
        }
  });
});
