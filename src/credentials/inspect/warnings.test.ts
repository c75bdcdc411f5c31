import { describe, expect, it } from 'vitest';
import { createCredential } from '../../../test/contracts/source.ts';
import type { Credential, SecretReading, SecretSource } from '../../model/credential.ts';
import { type FoundKey, warnOfEmpty, warnOfLooks, warnOfShadows } from './warnings.ts';

const places = ['dotenv', 'env'] as const;

function ok(fingerprint: string, foundAt: string): SecretReading {
  return { state: 'ok', secret: { reveal: () => '', toJSON: () => '' }, fingerprint, foundAt };
}

function found(source: SecretSource, fingerprint: string, foundAt: string): FoundKey {
  const credential: Credential = createCredential(source, {
    kind: 'variable',
    variable: 'P_KEY',
    places,
  });
  return { credential, reading: ok(fingerprint, foundAt), oddities: [] };
}

const config = found('config', 'sha256:a', 'config.yaml:5');
const stored = found('stored', 'sha256:b', 'credentials.json work');
const dotenv = found('dotenv', 'sha256:c', '.env:3');
const env = found('env', 'sha256:d', 'environment P_KEY');
const sameAs = (key: FoundKey, foundAt: string, source: SecretSource): FoundKey =>
  found(source, key.reading.state === 'ok' ? key.reading.fingerprint : '', foundAt);
const copy: FoundKey = {
  ...stored,
  credential: createCredential('stored', { kind: 'stored', id: 'k1', copiedFrom: 'P_KEY' }),
};
const missing: FoundKey = {
  credential: config.credential,
  reading: { state: 'unset', lookedIn: ['P_KEY in .env'], detail: 'not set' },
  oddities: [],
};

const shadows: readonly { name: string; pool: readonly FoundKey[]; expected: readonly string[] }[] =
  [
    { name: 'nothing of a single key', pool: [config], expected: [] },
    { name: 'nothing where no key is found', pool: [missing], expected: [] },
    {
      name: 'nothing of a pool that config names',
      pool: [config, found('file', 'sha256:z', '/k')],
      expected: [],
    },
    {
      name: 'nothing of equal values in two places',
      pool: [config, sameAs(config, 'environment P_KEY', 'env')],
      expected: [],
    },
    {
      name: 'a stored key behind the config',
      pool: [config, stored],
      expected: [
        'stored-shadowed p: config.yaml:5 (sha256:a) comes before the stored key work (sha256:b), which is a spare; `precedence` turns them round',
      ],
    },
    {
      name: 'a stored copy whose variable has another value, and nothing else about that variable',
      pool: [{ ...copy, hidden: env.reading }, env],
      expected: [
        'copy-differs p: the stored key work (sha256:b) is a copy of P_KEY, which has another value here (sha256:d); to copy it again: holdfast auth add p --from-env P_KEY',
      ],
    },
    {
      name: 'nothing of a copy that is equal',
      pool: [{ ...copy, hidden: copy.reading }],
      expected: [],
    },
    {
      name: 'a login behind the config, and whatever its token is, in the same words',
      pool: [config, found('oauth', 'sha256:t1', 'credentials.json login ada')],
      expected: [
        'stored-shadowed p: config.yaml:5 (sha256:a) comes before the login work, which is a spare; `precedence` turns them round',
      ],
    },
    {
      name: 'the environment behind a login, without its token of the hour',
      pool: [found('oauth', 'sha256:t1', 'credentials.json login ada'), env],
      expected: [
        'sources-differ p has different keys, in this order: credentials.json login ada, environment P_KEY (sha256:d)',
      ],
    },
    {
      name: 'the environment behind .env',
      pool: [dotenv, env],
      expected: [
        'env-shadowed p has different keys, in this order: .env:3 (sha256:c), environment P_KEY (sha256:d)',
      ],
    },
    {
      name: 'the environment behind the config',
      pool: [config, env],
      expected: [
        'sources-differ p has different keys, in this order: config.yaml:5 (sha256:a), environment P_KEY (sha256:d)',
      ],
    },
    {
      name: 'each of several, once, and the winner is the first that was found',
      pool: [missing, stored, dotenv, sameAs(dotenv, 'environment P_KEY', 'env')],
      expected: [
        'sources-differ p has different keys, in this order: credentials.json work (sha256:b), .env:3 (sha256:c)',
      ],
    },
    {
      name: 'a value of the environment that .env hides',
      pool: [{ ...config, hidden: ok('sha256:e', 'environment P_KEY') }],
      expected: [
        'env-shadowed p: P_KEY is taken from config.yaml:5 (sha256:a); the environment holds another value (sha256:e), which is not used',
      ],
    },
    {
      name: 'nothing of the same value in the environment',
      pool: [{ ...config, hidden: ok('sha256:a', 'environment P_KEY') }],
      expected: [],
    },
  ];

/** The line must bring the hidden key before the other: nothing stored comes before a named one. */
it.each<readonly [first: FoundKey, hidden: FoundKey, fix: string]>([
  [config, env, "holdfast config set precedence '[env, config, stored, dotenv]'"],
  [config, dotenv, "holdfast config set precedence '[dotenv, config, stored, env]'"],
  [config, stored, "holdfast config set precedence '[stored, config, dotenv, env]'"],
  [dotenv, env, 'holdfast auth add p --from-env P_KEY'],
  [stored, dotenv, 'holdfast auth add p --from-env P_KEY'],
  [{ ...dotenv, hidden: env.reading }, missing, 'holdfast auth add p --from-env P_KEY'],
  [
    { ...config, reading: ok('sha256:a', 'config.yaml:5 → .env:3'), hidden: env.reading },
    missing,
    'where the hidden one is right, take P_KEY out of .env:3',
  ],
])('the hidden key of %# comes first by %s', (first, hidden, told) => {
  const variable = { ...hidden, reading: withVariable(hidden.reading) };
  const [{ fix } = {}] = warnOfShadows('p', [first, variable]);
  expect(fix?.command ?? fix?.text).toBe(told);
});

function withVariable(reading: FoundKey['reading']): FoundKey['reading'] {
  return reading.state === 'ok' && !reading.foundAt.startsWith('credentials')
    ? { ...reading, variable: 'P_KEY' }
    : reading;
}

describe('keys that shadow one another: it tells', () => {
  for (const { name, pool, expected } of shadows) {
    it(name, () => {
      expect(warnOfShadows('p', pool).map(({ code, text }) => `${code} ${text}`)).toEqual(expected);
    });
  }
});

describe('a key that is set but empty', () => {
  const empty: FoundKey = {
    ...config,
    reading: { state: 'empty', lookedIn: [], detail: '.env:3 is set but empty' },
  };

  it('is told beside one that can be used, and not where that it is missing is told', () => {
    expect(warnOfEmpty('p', [empty, config]).map(({ code, text }) => `${code} ${text}`)).toEqual([
      'key-empty p: a key is not used: .env:3 is set but empty',
    ]);
    expect(warnOfEmpty('p', [empty])).toEqual([]);
  });
});

it.each<[FoundKey['reading'], readonly string[]]>([
  [
    { state: 'unset', lookedIn: [], detail: '/k is not there' },
    ['key-missing p: a key is not used: /k is not there'],
  ],
  [
    { state: 'failed', lookedIn: [], detail: '/k cannot be read' },
    ['key-missing p: a key is not used: /k cannot be read'],
  ],
  [
    { state: 'empty', lookedIn: [], detail: '/k is empty' },
    ['key-empty p: a key is not used: /k is empty'],
  ],
  [{ state: 'pending' }, []],
])('a file that gives no key is told, alone or beside one that does: %j', (reading, told) => {
  const file: FoundKey = {
    credential: createCredential('file', { kind: 'file', path: '/k' }),
    reading,
    oddities: [],
  };
  for (const pool of [[file], [config, file]])
    expect(warnOfEmpty('p', pool).map(({ code, text }) => `${code} ${text}`)).toEqual(told);
});

const looks: readonly { name: string; key: FoundKey; expected: readonly string[] }[] = [
  { name: 'nothing', key: config, expected: [] },
  {
    name: 'nothing of a source that was not asked',
    key: { ...config, reading: { state: 'pending' } },
    expected: [],
  },
  {
    name: 'each oddity',
    key: {
      ...config,
      oddities: [
        { code: 'key-quoted', text: 'is odd' },
        { code: 'key-of-other-provider', text: 'looks like a key of openai or xai' },
      ],
    },
    expected: [
      'key-quoted p: the key at config.yaml:5 (sha256:a) is odd',
      'key-of-other-provider p: the key at config.yaml:5 (sha256:a) looks like a key of openai or xai',
    ],
  },
  {
    name: 'a gateway key of our own',
    key: {
      ...config,
      reading: {
        state: 'malformed',
        lookedIn: [],
        detail: '.env:3 holds a gateway key',
        isGatewayKey: true,
      },
    },
    expected: ['gateway-key-ignored p: a key is not used: .env:3 holds a gateway key'],
  },
  {
    name: 'a key of several lines',
    key: {
      ...config,
      reading: { state: 'malformed', lookedIn: [], detail: '.env:3 holds several lines' },
    },
    expected: ['key-malformed p: a key is not used: .env:3 holds several lines'],
  },
];

describe('the looks of a key: it tells', () => {
  for (const { name, key, expected } of looks) {
    it(name, () => {
      expect(warnOfLooks(key).map(({ code, text }) => `${code} ${text}`)).toEqual(expected);
    });
  }
});
