import { expect, it } from 'vitest';
import { custom } from './entries/custom.ts';
import type { ProviderEntry } from './entry.ts';
import { isVendors, keyPrefixesOf, keyVariablesOf, sitesOf } from './sites.ts';

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
