/**
 * Links of known vendors, and of the place that was asked, are shown; all others are hidden,
 * however near their names are.
 */

import { expect, it } from 'vitest';
import { builtinEntries } from '../../providers/builtin.ts';
import { hideLinks } from './links.ts';

it('shows the pages of every vendor in the catalogue', () => {
  const pages = builtinEntries.flatMap(({ links }) => Object.values(links));
  expect(pages.length).toBeGreaterThan(50);
  for (const page of pages.filter((one) => one.startsWith('https:')))
    expect(hideLinks(`read ${page}, please`)).toBe(`read ${page}, please`);
});

it.each([
  ['https://platform.openai.com/docs/guides/error-codes/api-errors.', true],
  ['https://ai.google.dev/gemini-api/docs/rate-limits.', true],
  ['https://openrouter.ai/settings/credits', true],
  ['https://platform.openai.com.evil.test/pay', false],
  ['https://evil-openai.com/pay', false],
  ['https://platform.openai.com@evil.test/', false],
  ['https://user@platform.openai.com/', false],
  ['https://platform.openai.com:8443/', false],
  ['http://platform.openai.com/', false],
  ['https://sites.google.com/view/pay', false],
  ['https://pay.github.io/openai', false],
  ['https://10.0.0.1/pay', false],
])('%s is shown: %s', (link, isShown) => {
  expect(hideLinks(`see ${link} now`).includes('[link]')).toBe(!isShown);
});

it.each([
  ['https://api.cohere.ai', 'https://dashboard.cohere.com/api-keys', true],
  ['https://api.cohere.ai', 'https://dashboard-cohere.com/api-keys', false],
  ['https://api.cohere.ai', 'https://cohere.com.evil.test/', false],
  ['https://api.cohere.ai', 'https://discord.gg/cohere', false],
  ['http://api.cohere.ai', 'https://dashboard.cohere.com/api-keys', false],
  ['https://llm.co.uk', 'https://evil.co.uk/', false],
  ['https://myres.openai.azure.com', 'https://evil.azure.com/', false],
  ['https://127.0.0.1:8000', 'https://10.0.0.1/', false],
])('asked at %s, %s is shown: %s', (asked, link, isShown) => {
  expect(hideLinks(`see ${link} now`, asked).includes('[link]')).toBe(!isShown);
});
