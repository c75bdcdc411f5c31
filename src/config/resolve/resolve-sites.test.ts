/**
 * Which addresses are one site: what a provider, the catalogue or an `account` names together at
 * one origin; and what a site is called.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createRuntime } from '../../runtime.ts';

const key = 'sk-test-shared-by-all';
const host = 'https://h.example';

/** Of each provider the sites of all its protocols. */
function sitesOf(
  providers: Readonly<Record<string, object>>,
): Readonly<Record<string, readonly string[]>> {
  const names = Object.keys(providers);
  const config = {
    main: `${names[0]}/m`,
    fallback_chain: names.slice(1).map((name) => `${name}/m`),
    providers,
  };
  const runtime = createRuntime({ host: createFakeHost(), config });
  const targets = runtime.config().routes.get('main')?.targets ?? [];
  void runtime.close();
  return Object.fromEntries(
    targets.map(({ target }) => [
      target.provider,
      [...new Set([target, ...(target.alternatives ?? [])].map(({ site }) => site))],
    ]),
  );
}

const chat = (base_url: string, more: object = {}) => ({
  base_url,
  protocol: 'openai-chat',
  api_key: key,
  ...more,
});
const both = (openai: string, anthropic: string) => ({
  base_urls: { 'openai-chat': openai, 'anthropic-messages': anthropic },
  api_key: key,
});

describe('a site', () => {
  it.each([
    ['its path', `${host}/v1`, `${host}/v1`],
    ['its path without the slash at its end', `${host}/v1/`, `${host}/v1`],
    ['a slash, where it has no path', host, `${host}/`],
    ['a port that is not the usual one', 'https://H.example:443/v1', `${host}/v1`],
  ])('is called by its base URL: %s', (_what, baseUrl, site) => {
    expect(sitesOf({ one: chat(baseUrl) })).toEqual({ one: [site] });
  });

  it('is one for all protocols of a provider at one origin, and by its origins where it has two', () => {
    expect(sitesOf({ one: both(`${host}/v1`, `${host}/anthropic/v1`) })).toEqual({
      one: [`${host}/v1`],
    });
    const elsewhere = 'https://i.example/anthropic/v1';
    expect(sitesOf({ one: both(`${host}/v1`, elsewhere) })).toEqual({
      one: [`${host}/v1`, elsewhere],
    });
  });

  it('is another for another path of the host', () => {
    const { plan, paid } = sitesOf({ plan: chat(`${host}/plan/v1`), paid: chat(`${host}/v1`) });
    expect([plan, paid]).toEqual([[`${host}/plan/v1`], [`${host}/v1`]]);
  });

  it('is the same for the same base URL under two names, whatever else they speak', () => {
    const one = both(`${host}/v1`, `${host}/a/v1`);
    const [longer, shorter] = [chat(`${host}/a/v1`), chat(`${host}/v1`)];
    for (const providers of [
      { one, longer, shorter },
      { shorter, longer, one },
    ])
      expect(new Set(Object.values(sitesOf(providers)).flat())).toEqual(new Set([`${host}/v1`]));
  });

  it('joins what keys of one account are used at, at that origin only', () => {
    const shared = (path: string, origin = host) => ({
      ...chat(`${origin}${path}`),
      api_key: undefined,
      credentials: [{ api_key: key, label: 'a', account: 'team' }],
    });
    const found = sitesOf({
      long: shared('/long/v1'),
      short: shared('/v1'),
      apart: chat(`${host}/x/v1`),
      far: shared('/v1', 'https://i.example'),
    });
    expect(found).toEqual({
      long: [`${host}/v1`],
      short: [`${host}/v1`],
      apart: [`${host}/x/v1`],
      far: ['https://i.example/v1'],
    });
  });
});

describe("a vendor's sites", () => {
  const zhipu = 'https://api.z.ai/api';

  it('are those of the catalogue: a plan is not pay-as-you-go, though both are at one host', () => {
    const found = sitesOf({
      zhipu: { base_url: `${zhipu}/coding/paas/v4`, api_key: key },
      paid: chat(`${zhipu}/paas/v4`),
      messages: chat(`${zhipu}/anthropic/v1`, { protocol: 'anthropic-messages' }),
    });
    expect(found).toEqual({
      zhipu: [`${zhipu}/coding/paas/v4`],
      paid: [`${zhipu}/paas/v4`],
      messages: [`${zhipu}/coding/paas/v4`],
    });
  });

  it('include where an answer is continued', () => {
    const found = sitesOf({
      deepseek: { api_key: key },
      beta: chat('https://api.deepseek.com/beta'),
      odd: chat('https://api.deepseek.com/odd'),
    });
    expect(found).toEqual({
      deepseek: ['https://api.deepseek.com/v1'],
      beta: ['https://api.deepseek.com/v1'],
      odd: ['https://api.deepseek.com/odd'],
    });
  });
});

it('a pinned model, a task and an equal model elsewhere are at the site of their provider', () => {
  const runtime = createRuntime({
    host: createFakeHost(),
    config: {
      main: 'one/m',
      providers: {
        one: { ...both(`${host}/v1`, `${host}/a/v1`), models: { e: { same_as: 'two/e' } } },
        two: chat(`${host}/a/v1`),
      },
      auxiliary: { vision: { provider: 'two', model: 'v' } },
    },
  });
  const { routes, providers, sameModels, impliedRoutes } = runtime.config();
  const targets = [
    routes.get('vision')?.targets[0]?.target,
    providers.get('two')?.targetFor('pinned'),
    sameModels?.get('one/e')?.[0],
    impliedRoutes?.get('title_generation')?.targets[0]?.target,
  ];
  void runtime.close();
  expect(targets.map((target) => target?.site)).toEqual(Array(4).fill(`${host}/v1`));
});

it('a model that callers name again is the same target, however many others are named', () => {
  const runtime = createRuntime({
    host: createFakeHost(),
    config: { main: 'one/m', providers: { one: chat(`${host}/v1`) } },
  });
  const provider = runtime.config().providers.get('one');
  const first = provider?.targetFor('named');
  expect(provider?.targetFor('named')).toBe(first);
  for (let at = 0; at < 3000; at++) provider?.targetFor(`other-${at}`);
  expect(provider?.targetFor('named')).toEqual(first);
  void runtime.close();
});
