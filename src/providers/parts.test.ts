/** Parts of addresses: filled in, found again, and never another host. */

import { describe, expect, it } from 'vitest';
import { builtinEntries } from './builtin.ts';
import { createCatalogue } from './catalogue.ts';
import { fillParts, findUnfilled, isPart, partNames, partsIn } from './parts.ts';
import { sitesOf } from './sites.ts';

const catalogue = createCatalogue(builtinEntries);
const withParts = builtinEntries.filter(({ parts }) => parts !== undefined);

describe.each(withParts.map((entry) => [entry.name, entry] as const))(
  'the parts of %s',
  (name, entry) => {
    const templates = sitesOf(entry).flatMap(({ origins }) => Object.values(origins));
    const [part] = partNames.filter((one) => entry.parts?.[one] !== undefined);

    it('are one, which stands in the host of each of its addresses and has a variable', () => {
      expect(Object.keys(entry.parts ?? {})).toEqual([part]);
      expect(entry.parts?.[part ?? 'region']?.length).toBeGreaterThan(0);
      for (const template of templates) {
        expect(new URL(template).host.split(`{${part}}`)).toHaveLength(2);
        expect(template.match(/[{}]/g)).toHaveLength(2);
      }
    });

    it.each(['a', 'us-east-1', '0', '-', 'x'.repeat(63)])(
      '%s is filled in and found again',
      (value) => {
        const filled = fillParts(entry, { [String(part)]: value });
        for (const baseUrl of sitesOf(filled).flatMap(({ origins }) => Object.values(origins))) {
          expect(findUnfilled(baseUrl)).toBeUndefined();
          expect(new URL(baseUrl).href).toBe(baseUrl);
          expect(partsIn(entry, baseUrl)).toEqual({ [String(part)]: value });
          expect(partsIn(entry, `${baseUrl}/more`)).toEqual({});
          expect(builtinEntries.find((one) => one.name === catalogue.vendorAt(baseUrl))?.name).toBe(
            name,
          );
        }
      },
    );

    it('stay open without a value', () => {
      expect(fillParts(entry, {}).origins).toEqual(entry.origins);
      expect(templates.map(findUnfilled)).toEqual(templates.map(() => part));
    });
  },
);

describe('a part', () => {
  it('is one label of a host: nothing else that a text may hold', () => {
    const letters = Array.from({ length: 0x250 }, (_, code) => String.fromCodePoint(code));
    expect(letters.filter((letter) => isPart(`a${letter}b`)).join('')).toBe(
      '-0123456789abcdefghijklmnopqrstuvwxyz',
    );
  });

  it.each([
    '',
    'a.b',
    'evil.test/',
    'evil.test#',
    'a@b',
    'A',
    '{region}',
    ' a',
    'a\n',
    'x'.repeat(64),
  ])('is not %j', (value) => {
    expect(isPart(value)).toBe(false);
  });
});

describe('the vendor at an address', () => {
  it.each([
    ['https://mine.openai.azure.com/openai/v1', 'azure'],
    ['https://mine.openai.azure.com/openai/deployments/gpt', 'azure'],
    ['https://mine.services.ai.azure.com/openai/v1', 'azure'],
    ['https://mine.services.ai.azure.com/anthropic/v1', 'foundry'],
    ['https://bedrock-runtime.eu-west-1.amazonaws.com/anthropic/v1', 'bedrock'],
    ['https://bedrock-mantle.eu-west-1.api.aws/v1', 'bedrock'],
    ['https://aiplatform.googleapis.com/v1/publishers/google', 'vertex'],
    ['http://mine.openai.azure.com/openai/v1', undefined],
    ['https://mine.openai.azure.com:8443/openai/v1', undefined],
    ['https://a.mine.openai.azure.com/openai/v1', undefined],
    ['https://mine.openai.azure.com.evil.test/openai/v1', undefined],
    ['https://openai.azure.com/openai/v1', undefined],
  ])('%s is %s', (baseUrl, vendor) => {
    expect(catalogue.vendorAt(baseUrl)).toBe(vendor);
  });
});
