import { describe, expect, it } from 'vitest';
import { createTestKey, type HermesFiles, planFrom } from '../../../test/fakes/hermes-folder.ts';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';

const [a, b, c] = [createTestKey(), createTestKey(), createTestKey()];
const names = new Map(
  [a, b, c].map((key, index) => [fingerprintOf('https://api.xiaomimimo.com', key), 'abc'[index]]),
);
const config = 'model: {provider: xiaomi, default: m}\n';
const row = (more: object): object => ({ credential_pool: { xiaomi: [more] } });

/** `a .env:1 XIAOMI_API_KEY`, with what wins. */
function conflictsOf(files: HermesFiles): readonly string[] {
  const plan = planFrom(files);
  return plan.conflicts.flatMap(({ places, there, here }) =>
    places.map((place) => {
      const wins = `${place === there ? ' there' : ''}${place === here ? ' here' : ''}`;
      return `${names.get(place.fingerprint)} ${place.where.replace('/a/', '')}${wins}`;
    }),
  );
}

describe('different keys for one provider', () => {
  it.each<[string, HermesFiles, readonly string[]]>([
    ['one key in one place is no conflict', { config, dotenv: `XIAOMI_API_KEY=${a}\n` }, []],
    [
      'one key in two places is no conflict',
      { config, dotenv: `XIAOMI_API_KEY=${a}\n`, environment: { XIAOMI_API_KEY: a } },
      [],
    ],
    [
      'a key of the shell loses against .env',
      { config, dotenv: `XIAOMI_API_KEY=${a}\n`, environment: { XIAOMI_API_KEY: b } },
      ['a .env:1 XIAOMI_API_KEY there here', 'b environment XIAOMI_API_KEY'],
    ],
    [
      'a newer key in the config loses there against the pool',
      {
        config: `model: {provider: xiaomi, default: m, api_key: "\${NEW_KEY}"}\n`,
        dotenv: `XIAOMI_API_KEY=${a}\nNEW_KEY=${b}\n`,
        auth: row({ source: 'env:XIAOMI_API_KEY' }),
      },
      ['a .env:1 XIAOMI_API_KEY there', 'b .env:2 NEW_KEY here'],
    ],
    [
      'a key in plain sight that was newer wins here',
      {
        config: `model: {provider: xiaomi, default: m, api_key: ${b}}\n`,
        dotenv: `XIAOMI_API_KEY=${a}\n`,
      },
      ['a .env:1 XIAOMI_API_KEY there', 'b config.yaml:1 model.api_key here'],
    ],
    [
      'a row put there by hand outranks a later variable',
      {
        config,
        dotenv: `XIAOMI_API_KEY=${a}\n`,
        auth: row({ source: 'manual', access_token: b, priority: 0 }),
      },
      ['b auth.json credential_pool.xiaomi[0] there here', 'a .env:1 XIAOMI_API_KEY'],
    ],
    [
      'a suppressed row does not count',
      {
        config,
        dotenv: `XIAOMI_API_KEY=${a}\n`,
        auth: {
          ...row({ source: 'manual', access_token: b }),
          suppressed_sources: { xiaomi: ['manual'] },
        },
      },
      [],
    ],
    [
      'a placeholder is no key',
      {
        config: `model: {provider: xiaomi, default: m, api_key: changeme}\n`,
        dotenv: `XIAOMI_API_KEY=${a}\n`,
      },
      [],
    ],
  ])('%s', (_name, files, expected) => {
    expect(conflictsOf(files)).toEqual(expected);
  });

  it('are told where two blocks name two keys for one provider', () => {
    const files: HermesFiles = {
      config: `${config}fallback_providers: [{provider: xiaomi, model: n, key_env: OTHER_KEY}]\n`,
      dotenv: `XIAOMI_API_KEY=${a}\nOTHER_KEY=${b}\n`,
    };
    expect(conflictsOf(files)).toEqual([
      'a .env:1 XIAOMI_API_KEY there',
      'b .env:2 OTHER_KEY here',
    ]);
  });

  it('are told by places and fingerprints, never by a key', () => {
    const files: HermesFiles = {
      config: `model: {provider: xiaomi, default: m, api_key: ${c}}\n`,
      dotenv: `XIAOMI_API_KEY=${a}\n`,
      auth: row({ source: 'manual', access_token: b, label: b }),
      environment: { XIAOMI_API_KEY: c },
    };
    const text = JSON.stringify(planFrom(files));
    expect([a, b, c].filter((key) => text.includes(key))).toEqual([]);
  });
});

describe('rows of the pool', () => {
  it.each<[string, object, readonly string[], object?]>([
    ['a copy of an older value', { source: 'env:XIAOMI_API_KEY', access_token: b }, ['stale-copy']],
    [
      'the fingerprint of an older value',
      { source: 'env:XIAOMI_API_KEY', secret_fingerprint: 'sha256:0000000000000000' },
      ['stale-copy'],
    ],
    ['the same value', { source: 'env:XIAOMI_API_KEY', access_token: a, last_status: 'ok' }, []],
    [
      'a source that is switched off there, which is left behind',
      { source: 'manual', access_token: b },
      ['row-suppressed'],
      { suppressed_sources: { xiaomi: ['manual'] } },
    ],
    [
      'a cooldown, which is left behind',
      { source: 'env:XIAOMI_API_KEY', last_status: 'exhausted', last_error_code: '402' },
      ['state-left'],
    ],
  ])('are seen to hold %s', (_name, more, codes, store = {}) => {
    const plan = planFrom({
      config,
      dotenv: `XIAOMI_API_KEY=${a}\n`,
      auth: { ...row(more), ...store },
    });
    expect(plan.remarks.map(({ code }) => code)).toEqual(codes);
  });
});
