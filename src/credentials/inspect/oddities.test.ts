import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinEntries } from '../../providers/builtin.ts';
import { createCatalogue } from '../../providers/catalogue.ts';
import { endOfToken, findOddities, warnOfEnd } from './oddities.ts';

const deepseek = { provider: 'deepseek', origin: 'https://api.deepseek.com' };
const openai = { provider: 'openai', origin: 'https://api.openai.com' };
const xiaomi = { provider: 'xiaomi', origin: 'https://api.xiaomimimo.com' };
const anthropic = { provider: 'anthropic', origin: 'https://api.anthropic.com' };
const gemini = { provider: 'gemini', origin: 'https://generativelanguage.googleapis.com' };
const oat =
  "key-of-other-kind is a token of a Claude subscription (claude setup-token), not an API key, which begins with sk-ant-api: it counts only as a caller's own login (docs/logins.md)";
const body = (length = 32): string => 'A1b2'.repeat(length / 4).slice(1);

const quoted =
  'key-quoted begins or ends with a quotation mark, which is sent with it: take the quotes out';
const assignment =
  "key-assignment has its variable's name in it (NAME=value): leave only the value";
const concatenated = 'key-concatenated looks like two keys in one';

const cases: readonly {
  name: string;
  secret: string;
  at?: Parameters<typeof findOddities>[1];
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
  ...[
    'op://Private/OpenAI/credential',
    'vault://kv/openai#key',
    'ref+gcpsecrets://project/openai',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai',
    'projects/mine/secrets/openai/versions/latest',
    'bws:4f1a',
  ].map((secret) => ({
    name: `the address of a secret: ${secret}`,
    secret,
    expected: [
      'key-placeholder is the address of a secret in another program, which is not looked up here: name what prints it as command (op read, vault kv get), or start Holdfast by that program (op run)',
    ],
  })),
  {
    name: 'a text of SOPS',
    secret: 'ENC[AES256_GCM,data:abcd]',
    expected: [
      'key-placeholder is a text in code, not a key: decrypt it first, or name what prints it as command',
    ],
  },
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
  {
    name: 'a comma or a semicolon at the end, and one key',
    secret: `sk-${body()};`,
    expected: ['key-quoted ends with a comma or a semicolon, which is sent with it: take it out'],
  },
  { name: 'a list of keys', secret: `sk-${body()},sk-${body(40)}`, expected: [concatenated] },
  {
    name: "another vendor's key",
    secret: `sk-ant-api03-${body()}`,
    expected: ['key-of-other-provider looks like a key of anthropic'],
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
    name: 'the token of a subscription',
    secret: `sk-ant-oat01-${body(96)}`,
    at: anthropic,
    expected: [oat],
  },
  {
    name: 'the token of a subscription at another vendor',
    secret: `sk-ant-oat01-${body(96)}`,
    expected: [oat],
  },
  {
    name: 'nothing in the token of a login',
    secret: `sk-ant-oat01-${body(96)}`,
    at: { ...anthropic, source: 'oauth' },
    expected: [],
  },
  {
    name: "nothing in the token of a subscription at a provider of one's own",
    secret: `sk-ant-oat01-${body(96)}`,
    at: { provider: 'mine', origin: 'https://api.anthropic.com' },
    expected: [],
  },
  ...['sk-ant-admin01-', 'sk-admin-'].map((prefix) => ({
    name: `an admin key, ${prefix}`,
    secret: `${prefix}${body(96)}`,
    at: prefix.includes('ant') ? anthropic : openai,
    expected: [
      'key-of-other-kind is an admin key, which manages an organization and asks no model',
    ],
  })),
  {
    name: 'an access token of Google',
    secret: `ya29.${body(96)}`,
    at: gemini,
    expected: [
      'key-of-other-kind is an access token of Google Cloud, not an API key, and ends within an hour: a command prints a new one (gcloud auth print-access-token)',
    ],
  },
  {
    name: 'nothing in an access token that a program prints',
    secret: `ya29.${body(96)}`,
    at: { ...gemini, source: 'command' },
    expected: [],
  },
  ...['ghp_', 'gho_', 'github_pat_'].map((prefix) => ({
    name: `a token of GitHub, ${prefix}`,
    secret: `${prefix}${body(36)}`,
    expected: ['key-of-other-kind is a token of GitHub'],
  })),
  {
    name: 'a token of Hugging Face',
    secret: `hf_${body(36).slice(0, 34)}`,
    expected: ['key-of-other-kind is a token of Hugging Face'],
  },
  {
    name: 'the id of an AWS access key',
    secret: `AKIA${'ABCD'.repeat(4)}`,
    expected: [
      'key-of-other-kind is the id of an AWS access key, not an API key: an API key of Bedrock begins with ABSK or bedrock-api-key-',
    ],
  },
  {
    name: "a Google key at another vendor's",
    secret: `AIza${body(36)}`,
    at: openai,
    expected: ['key-of-other-provider looks like a key of gemini or vertex'],
  },
  {
    name: "nothing in the key of a vendor's other site",
    secret: `tp-${body()}`,
    at: xiaomi,
    expected: [],
  },
];

const reference = `key-reference is the name of a variable, not its value: write the key itself, or \${NAME} in config.yaml`;

describe('where a key belongs', () => {
  const told = (secret: string): readonly string[] =>
    findOddities(secret, deepseek).map(({ code, text }) => `${code} ${text}`);

  it.each([
    '$ACME_KEY',
    `\${ACME_KEY}`,
    '$acme_key',
    `\${ACME_KEY:-sk-test-1}`,
    '{{ACME_KEY}}',
    '%ACME_KEY%',
    'ACME_KEY',
    'ACME_API_KEY_2',
    'env:ACME_KEY',
    'env.ACME_KEY',
    'process.env.ACME_KEY',
    'os.environ/ACME_KEY',
    'secrets.ACME_KEY',
    '<ACME_KEY>',
    '@ACME_KEY',
  ])('the name of a variable is known: %s', (secret) => {
    expect(told(secret)).toEqual([reference]);
  });

  it.each([
    ['your-api-key-here', 'is a placeholder: write the key itself'],
    ['YOUR_KEY', 'is the name of a variable'],
    ['my-api-key', 'is a placeholder: write the key itself'],
    ['sk-your-key', 'is a placeholder: write the key itself'],
    ['<your key>', 'is a placeholder: write the key itself'],
    ['changeme', 'is a placeholder: write the key itself'],
    ['change-me', 'is a placeholder: write the key itself'],
    ['replace-with-your-token', 'is a placeholder: write the key itself'],
    ['undefined', 'is a placeholder: write the key itself'],
    ['null', 'is a placeholder: write the key itself'],
    ['Bearer', 'is a placeholder: write the key itself'],
    ['sk-xxxxxxxxxxxxxxxx', 'is a placeholder: write the key itself'],
    ['sk-test...cdef', 'was copied where it is not shown whole: copy the whole key'],
    ['sk-********cdef', 'was copied where it is not shown whole: copy the whole key'],
    ['https://acme.test/keys/1', 'is a URL, not a key'],
    ['me@acme.test', 'is an e-mail address, not a key'],
    ['~/.secrets/acme', 'is the path of a file, not a key: name it as file'],
    ['/home/me/acme', 'is the path of a file, not a key: name it as file'],
  ])('what is no key is known: %s', (secret, expected) => {
    expect(told(secret).join()).toContain(expected);
  });

  it.each(['sk-test-4f1b9c22e07a', 'sk-proj-abcdefghij1234567890_-x', 'gsk_4f1b9c22e07a4f1b'])(
    'a program has left the text of %s in code: it is to be decoded, and is not shown',
    (key) => {
      const bytes = Buffer.from(key);
      for (const code of [bytes, Buffer.from(`${key}\n`)]) {
        for (const form of ['base64', 'base64url', 'hex'] as const) {
          const [said, ...more] = told(code.toString(form));
          expect(said).toMatch(/^key-in-code is the .* text of a key, not the key: decode it /);
          expect(said).not.toContain(key.slice(3));
          expect(more).toEqual([]);
        }
      }
      expect(told(key)).not.toContainEqual(expect.stringContaining('key-in-code'));
    },
  );

  it.each([
    'none',
    'EMPTY',
    'dummy',
    'ollama',
    'lm-studio',
    'sk-1234',
    'not-needed',
    'token-abc123',
    'my-secret-token',
    'my-vllm-key',
  ])("what servers of one's own are given is left alone: %s", (secret) => {
    expect(told(secret)).toEqual([]);
  });

  it('a key that is drawn at random is a key', () => {
    const letters = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-',
    );
    const drawn = fc.string({ unit: letters, minLength: 24, maxLength: 64 });
    fc.assert(
      fc.property(fc.constantFrom('sk-', 'gsk_', 'xai-', 'nvapi-', ''), drawn, (prefix, rest) => {
        const codes = findOddities(`${prefix}a${rest}`, { ...deepseek, provider: 'mine' });
        expect(codes.filter(({ code }) => /placeholder|reference/.test(code))).toEqual([]);
      }),
      { numRuns: 2000, seed: 25 },
    );
  });
});

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
    expect(odd?.text).toBe('looks like a key of anthropic or twin');
  });
});

it.each([
  [{ sub: 'pod', exp: 1_700_000_000 }, 1_700_000_000_000],
  [{ sub: 'pod' }, undefined],
])('the end that a token tells itself is known: %j', (claims, end) => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(endOfToken(`${part({ alg: 'RS256' })}.${part(claims)}.c2ln`)).toBe(end);
  expect(endOfToken(`sk-test-${part(claims)}`)).toBeUndefined();
});

it('a token that has ended is told with its end', () => {
  expect(warnOfEnd(1_700_000_000_000).text).toMatch(
    /^is a token that ended at 2023-11-14 22:13 UTC/,
  );
});
