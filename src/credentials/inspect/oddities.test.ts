import { describe, expect, it } from 'vitest';
import { builtinEntries } from '../../providers/builtin.ts';
import { createCatalogue } from '../../providers/catalogue.ts';
import { findOddities } from './oddities.ts';

const deepseek = { provider: 'deepseek', origin: 'https://api.deepseek.com' };
const openai = { provider: 'openai', origin: 'https://api.openai.com' };
const xiaomi = { provider: 'xiaomi', origin: 'https://api.xiaomimimo.com' };
const body = (length = 32): string => 'A1b2'.repeat(length / 4).slice(1);

const quoted =
  'key-quoted begins or ends with a quotation mark, which is sent with it: take the quotes out';
const assignment =
  "key-assignment has its variable's name in it (NAME=value): leave only the value";
const concatenated = 'key-concatenated looks like two keys in one';

const cases: readonly {
  name: string;
  secret: string;
  at?: { readonly provider: string; readonly origin: string };
  expected: readonly string[];
}[] = [
  { name: 'nothing in an ordinary key', secret: `sk-${body()}`, expected: [] },
  {
    name: 'nothing in a key of its own vendor',
    secret: `sk-proj-${body(96)}`,
    at: openai,
    expected: [],
  },
  { name: 'nothing in base64 with its end', secret: `${body()}ab==`, expected: [] },
  { name: 'quotation marks', secret: `"sk-${body()}"`, expected: [quoted] },
  { name: 'one quotation mark', secret: `sk-${body()}'`, expected: [quoted] },
  {
    name: 'a whole line of .env',
    secret: `DEEPSEEK_API_KEY=sk-${body()}`,
    expected: [assignment],
  },
  {
    name: 'a key pasted twice',
    secret: `sk-${body()}sk-${body()}`,
    expected: [concatenated],
  },
  {
    name: 'two keys of one vendor',
    secret: `sk-${body()}sk-${body().toLowerCase()}`,
    expected: [concatenated],
  },
  {
    name: 'keys of two vendors',
    secret: `sk-${body()}sk-ant-${body()}`,
    expected: [concatenated],
  },
  { name: 'a list of keys', secret: `sk-${body()},sk-${body(40)}`, expected: [concatenated] },
  {
    name: "another vendor's key",
    secret: `sk-ant-api03-${body()}`,
    expected: ['key-of-other-provider looks like one of anthropic'],
  },
  {
    name: "nothing in another vendor's key where a server of one's own is asked",
    secret: `sk-ant-api03-${body()}`,
    at: { provider: 'deepseek', origin: 'http://127.0.0.1:9' },
    expected: [],
  },
  {
    name: "nothing in another vendor's key at a provider of one's own",
    secret: `sk-ant-api03-${body()}`,
    at: { provider: 'mine', origin: 'https://api.deepseek.com' },
    expected: [],
  },
  {
    name: "nothing in the key of a vendor's other site",
    secret: `tp-${body()}`,
    at: xiaomi,
    expected: [],
  },
];

describe('at first sight there is', () => {
  for (const { name, secret, at = deepseek, expected } of cases) {
    it(name, () => {
      const found = findOddities(secret, at);
      expect(found.map(({ code, text }) => `${code} ${text}`)).toEqual(expected);
    });
  }

  it('the key of one of two other vendors', () => {
    const twins = builtinEntries
      .filter(({ name }) => name === 'anthropic')
      .map((it) => ({ ...it, name: 'twin' }));
    const [odd] = findOddities(
      `sk-ant-api03-${body()}`,
      deepseek,
      createCatalogue([...builtinEntries, ...twins]),
    );
    expect(odd?.text).toBe('looks like one of anthropic or twin');
  });
});
