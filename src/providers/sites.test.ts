import { expect, it } from 'vitest';
import { builtinEntries } from './builtin.ts';
import { custom } from './entries/custom.ts';
import type { ProviderEntry } from './entry.ts';
import { isVendors, keyPrefixesOf, keyVariablesOf, linksAt, sitesOf } from './sites.ts';

const acme: ProviderEntry = {
  ...custom,
  origins: { 'openai-chat': 'https://acme.example/v1' },
  keyPrefixes: ['ac-'],
  keyVariables: ['ACME_API_KEY'],
  alternativeOrigins: [
    {
      name: 'plan',
      origins: { 'openai-chat': 'https://plan.acme.example/v1' },
      keyPrefixes: ['pl-'],
      keyVariables: ['ACME_PLAN_KEY'],
      note: 'Subscriptions.',
      verified: 'n/v',
    },
    {
      name: 'eu',
      origins: { 'openai-chat': 'https://eu.acme.example/v1' },
      note: 'Europe.',
      verified: 'n/v',
    },
  ],
};

it('knows what is said of every site of a vendor, the main one first', () => {
  expect(sitesOf(acme).map(({ origins }) => origins['openai-chat'])).toEqual([
    'https://acme.example/v1',
    'https://plan.acme.example/v1',
    'https://eu.acme.example/v1',
  ]);
  expect(keyPrefixesOf(acme)).toEqual(['ac-', 'pl-']);
  expect(keyVariablesOf(acme)).toEqual(['ACME_API_KEY', 'ACME_PLAN_KEY']);
});

it.each([
  ['https://acme.example', true],
  ['https://eu.acme.example', true],
  ['https://proxy.example', false],
])('says whether the vendor itself is at %s: %s', (origin, expected) => {
  expect(isVendors(acme, origin)).toBe(expected);
});

const pages = { docs: 'https://docs.acme.example', keys: 'https://acme.example/keys' };

it.each([
  ['the main site', 'https://acme.example', pages],
  ['a site whose keys are its own', 'https://plan.acme.example', { docs: pages.docs }],
  ['a site that takes the same keys', 'https://eu.acme.example', pages],
  ['a server of somebody else', 'https://proxy.example', {}],
])('gives the pages of %s', (_name, origin, links) => {
  expect(linksAt({ ...acme, links: pages }, origin)).toEqual(links);
});

it.each([
  ['zhipu', 'https://open.bigmodel.cn', 'https://open.bigmodel.cn'],
  ['zhipu', 'https://api.z.ai', 'https://z.ai'],
  ['minimax', 'https://api.minimaxi.com', 'https://platform.minimaxi.com'],
  ['moonshot', 'https://api.moonshot.cn', 'https://platform.moonshot.cn'],
  ['moonshot', 'https://api.kimi.com', undefined],
  ['qwen', 'https://dashscope.aliyuncs.com', 'https://bailian.console.aliyun.com'],
  ['qwen', 'https://dashscope-intl.aliyuncs.com', 'https://modelstudio.console.alibabacloud.com'],
  ['qwen', 'https://dashscope-us.aliyuncs.com', undefined],
  ['openai', 'https://eu.api.openai.com', 'https://platform.openai.com'],
])('names the console of the site of %s that is asked, at %s', (name, origin, page) => {
  const entry = builtinEntries.find((one) => one.name === name);
  const { keys } = linksAt(entry, origin);
  expect(keys && new URL(keys).origin).toBe(page);
});

it('takes no page of a manual for a console', () => {
  const consoles = builtinEntries.flatMap((entry) =>
    [entry.links, ...sitesOf(entry).map(({ links = {} }) => links)].flatMap(
      ({ keys = [] }) => keys,
    ),
  );
  expect(consoles.filter((page) => /^https:\/\/(docs?|help)\./.test(page))).toEqual([]);
});
