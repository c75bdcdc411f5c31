/** Every vendor with sites of their own keys, asked at each of them. */

import { describe, expect, it } from 'vitest';
import { builtinEntries } from '../../providers/builtin.ts';
import { fixOtherPlan, fixOtherSite } from './other-sites.ts';

const several = builtinEntries.filter(({ alternativeOrigins = [] }) =>
  alternativeOrigins.some(({ hasOwnKeys }) => hasOwnKeys === true),
);

describe('a refused key at one of several sites', () => {
  it('is looked for at some vendors', () => {
    expect(several.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['moonshot', 'zhipu', 'minimax', 'qwen']),
    );
  });

  it.each(several.map((entry) => [entry.name, entry] as const))(
    'of %s has every other site named, and never the one that was asked',
    (_name, entry) => {
      const apart = (entry.alternativeOrigins ?? []).filter(({ hasOwnKeys }) => hasOwnKeys);
      const urls = [entry, ...apart].map(({ origins }) => origins['openai-chat'] ?? '');
      for (const asked of urls) {
        const { text = '', command = '' } = fixOtherSite('mine', asked) ?? {};
        for (const url of urls) expect(text.includes(url)).toBe(url !== asked);
        expect(command).toMatch(/^holdfast config set providers\.mine\.base_url https:/);
        expect(command.endsWith(asked)).toBe(false);
      }
    },
  );

  it('without money has the address of the plan at the same host named, and the plan no other', () => {
    const asked = 'https://api.z.ai/api/paas/v4';
    expect(fixOtherPlan('mine', asked)?.command).toBe(
      'holdfast config set providers.mine.base_url https://api.z.ai/api/coding/paas/v4 && holdfast auth reset mine',
    );
    const plans = ['https://api.z.ai/api/coding/paas/v4', 'https://api.z.ai/api/anthropic/v1'];
    const elsewhere = ['https://api.openai.com/v1', 'https://api.z.ai/elsewhere', 'http://a.test'];
    for (const url of [...elsewhere, ...plans]) expect(fixOtherPlan('mine', url)).toBeUndefined();
  });

  it('of a vendor with one kind of keys, or of nobody, has no such fix', () => {
    for (const url of [
      'https://api.openai.com/v1',
      'https://api.deepseek.com',
      'http://127.0.0.1:1',
    ])
      for (const name of ['mine', ...several.map((one) => one.name)])
        expect(fixOtherSite(name, url)).toBeUndefined();
  });
});
