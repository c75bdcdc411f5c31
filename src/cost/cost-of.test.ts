/** Tokens times prices, worked out by hand; and who has paid for what. */

import { describe, expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../test/fakes/fake-host.ts';
import type { Usage } from '../model/record.ts';
import type { Price } from '../model/target.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { costOf } from './cost-of.ts';
import { findPrice } from './price-table.ts';

const price: Price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

describe('costOf', () => {
  it.each<[name: string, usage: Usage, prices: Price, usd: number]>([
    ['input and output', { inputTokens: 1000, outputTokens: 100 }, price, 0.0045],
    [
      'what was read from a cache',
      { inputTokens: 1000, outputTokens: 0, cachedTokens: 900 },
      price,
      0.00057,
    ],
    [
      'what was written to a cache',
      { inputTokens: 1000, outputTokens: 0, cacheWriteTokens: 1000 },
      price,
      0.00375,
    ],
    [
      'a cache without a price of its own',
      { inputTokens: 1000, cachedTokens: 900 },
      { input: 3, output: 15 },
      0.003,
    ],
    ['output alone', { outputTokens: 1_000_000 }, price, 15],
  ])('%s', (_name, usage, prices, usd) => {
    expect(costOf(usage, { price: prices, billing: 'metered' })).toBeCloseTo(usd, 12);
  });

  it.each<[name: string, usage: Usage | undefined, target: Parameters<typeof costOf>[1]]>([
    ['a plan', { inputTokens: 1 }, { price, billing: 'plan' }],
    ['a server of your own', { inputTokens: 1 }, { price, billing: 'free' }],
    ['no price', { inputTokens: 1 }, { billing: 'metered' }],
    ['no tokens', undefined, { price, billing: 'metered' }],
  ])('%s has no cost in USD', (_name, usage, target) => {
    expect(costOf(usage, target)).toBeUndefined();
  });
});

it('a dated version costs what its model costs, and who is unknown has no price', () => {
  expect(findPrice('anthropic', 'claude-haiku-4-5-20251001')).toEqual(
    findPrice('anthropic', 'claude-haiku-4-5'),
  );
  expect(findPrice('anthropic', 'claude-haiku-4-5')).toEqual({
    input: 1,
    output: 5,
    cacheRead: 0.1,
    cacheWrite: 1.25,
    asOf: '2026-11-23',
  });
  expect(findPrice('anthropic', 'claude-of-tomorrow')).toBeUndefined();
  expect(findPrice('nobody', 'm')).toBeUndefined();
});

it('knows the price of every model of the catalogue, but of these', () => {
  const unpriced = builtinEntries.flatMap(({ name, models }) =>
    models.flatMap(({ id }) => (findPrice(name, id) === undefined ? [`${name}/${id}`] : [])),
  );
  expect(unpriced.toSorted()).toEqual([
    'deepseek/deepseek-chat',
    'deepseek/deepseek-reasoner',
    'mistral/codestral-latest',
    'mistral/devstral-latest',
    'mistral/mistral-large-latest',
    'openrouter/openrouter/auto',
    'qwen/qwen3.7-max',
    'qwen/qwen3.7-plus',
    'qwen/qwen3.8-flash',
    'xiaomi/mimo-v2.5',
  ]);
});

describe('the cost of a request', () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 100 };
  const says = (content: string, more: object = { usage }): UpstreamStep => ({
    chunks: [
      JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }], ...more }),
    ],
  });
  const configured = (
    more: object = {},
    prices: object = { 'one/m': { input: 3, output: 15 } },
  ): object => ({
    main: 'one/m',
    fallback_chain: ['two/m'],
    prices,
    providers: {
      one: {
        base_url: 'https://one.test/v1',
        protocol: 'openai-chat',
        api_key: 'sk-test-one-0',
        ...more,
      },
      two: { base_url: 'https://two.test/v1', protocol: 'openai-chat', api_key: 'sk-test-two-0' },
    },
  });
  const ask = async (steps: readonly UpstreamStep[], config = configured()) => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(...steps);
    const { headers } = await stage.ask();
    return { header: headers['x-holdfast-cost'], record: stage.lastRecord() };
  };

  it('stands in its record and in the head of a whole answer', async () => {
    const { header, record } = await ask([says('done')]);
    expect(record?.cost).toEqual({ usd: 0.0045, billing: 'metered' });
    expect(header).toBe('0.0045');
  });

  it('is paid to a server of one’s own where a price is named for it', async () => {
    const { record } = await ask([says('done')], configured({ local: true }));
    expect(record?.cost).toEqual({ usd: 0.0045, billing: 'metered' });
  });

  it('an answer that was thrown away is paid for too', async () => {
    const { header, record } = await ask([says(''), says('done')]);
    expect(record?.cost).toEqual({ usd: 0.009, discardedUsd: 0.0045, billing: 'metered' });
    expect(header).toBe('0.009');
  });

  it('a refusal costs nothing', async () => {
    const { record } = await ask([refused(401, { code: 'invalid_api_key' }), says('done')]);
    expect(record?.cost).toEqual({ usd: 0, unpriced: 1, billing: 'metered' });
  });

  it.each<[name: string, config: object, step: UpstreamStep, cost: object | undefined]>([
    [
      'no price is known',
      configured({}, {}),
      says('done'),
      { usd: 0, unpriced: 1, billing: 'metered' },
    ],
    ['nobody said how much', configured(), answered, { usd: 0, unpriced: 1, billing: 'metered' }],
    ['a plan pays', configured({ billing: 'plan' }), says('done'), { usd: 0, billing: 'plan' }],
    ['it is free', configured({ local: true }, {}), says('done'), { usd: 0, billing: 'free' }],
    ['it is free, and nothing was said', configured({ local: true }, {}), answered, undefined],
  ])('%s', async (_name, config, step, cost) => {
    const { header, record } = await ask([step], config);
    expect(record?.cost).toEqual(cost);
    expect(header).toBeUndefined();
  });

  it('names the day of a price from the table', async () => {
    const { record } = await ask([says('done')], {
      main: 'openai/gpt-4o-mini',
      providers: { openai: { api_key: 'sk-test-one-0', protocol: 'openai-chat' } },
    });
    expect(record?.cost).toEqual({ usd: 0.00021, billing: 'metered', asOf: '2026-11-23' });
  });
});
