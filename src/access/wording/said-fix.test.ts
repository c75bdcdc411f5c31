import { expect, it } from 'vitest';
import { fixSaid } from './said-fix.ts';

const place = { provider: 'acme', id: 'acme/m', baseUrl: 'https://acme.example/v1' };

it.each([
  [
    'advise',
    'Please disable the "use free tier only" mode in the console.',
    /^do as it says, or name/,
  ],
  ['only refuse', 'Quota exceeded for this model: limit 0', /^name a model/],
])('words that %s come first where a plan lacks a model', (_name, evidence, text) => {
  expect(fixSaid({ cause: 'not-in-plan', evidence }, place)?.text).toMatch(text);
});
