/** All that can be asked and done about keys, for the CLI and the dashboard: report, sources, test, reset. */

import type { Engine } from '../access/engine.ts';
import type { Dotenv } from '../config/dotenv.ts';
import { findNearest } from '../config/nearest.ts';
import type { ResolvedProvider } from '../config/resolved.ts';
import type { StoredKeys, StoredKeyView } from '../credentials/stored-keys.ts';
import { CredentialError, RequestError } from '../errors.ts';
import type { Environment } from '../host.ts';
import type { Mark, Scope } from '../model/failure.ts';
import { type KeyRow, type PoolReport, reportKeys } from './key-report.ts';
import { reportSources, type SourceReport } from './key-sources.ts';
import { acceptOrigin, type GivenKey, type Taken, takeKey } from './stored-key-desk.ts';
import { chooseModel, type KeyTest, testKey } from './test-key.ts';

export interface Keys {
  /** The keys that were handed to us, to be renamed, moved and removed. */
  readonly stored: StoredKeys;
  /** Every pool, or what `name` (a provider, a task's pool, or the id of a key) stands for. Throws `RequestError` for an unknown name. */
  report(options: KeysOptions): Promise<readonly PoolReport[]>;
  /** Every place that was looked in for a provider's keys. Throws `RequestError` for a provider that is not configured. */
  sources(options: KeysOptions & { readonly name: string }): Promise<SourceReport>;
  /** Asks for one small completion with each of these keys, one after the other. */
  test(options: KeysOptions & { readonly model?: string }): AsyncIterable<KeyTest & { readonly row: KeyRow }>;
  /** Tries a key, and stores it unless the provider refused it. Throws `CredentialError`, or `RequestError` for a provider that is not configured. */
  take(given: KeyToTake): Promise<Taken>;
  /** Tries a stored key at its provider's present origin and binds it there when it works (law 12). */
  acceptOrigin(options: KeysOptions & { readonly name: string; readonly model?: string }): Promise<KeyTest>;
  /** Ends the marks of a provider, a key, or of all, in every process that shares the store; returns what was ended. */
  reset(options: KeysOptions): Promise<readonly Mark[]>;
}

/** Where keys are looked up and kept. */
export interface KeyPlaces {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
  readonly storedKeys: StoredKeys;
}

/** A key to be taken in, by the name of its provider. */
export type KeyToTake = Omit<GivenKey, 'provider' | 'model'> & {
  readonly provider: string;
  /** Default: the model that a route uses, else the entry's default. */
  readonly model?: string;
};

export interface KeysOptions {
  /** A provider, a task's pool, or the id of a key. Default: all. */
  readonly name?: string;
  readonly signal: AbortSignal;
}

export function createKeys(engine: Engine, places: KeyPlaces): Keys {
  const report = async ({ name, signal }: KeysOptions): Promise<readonly PoolReport[]> => {
    const { health, reader, host } = engine;
    await health.load();
    const now = host.clock.now();
    const pools = await reportKeys({ config: engine.config(), reader, health, now, signal });
    return name === undefined ? pools : select(pools, name);
  };
  return {
    report,
    sources: async (options) => {
      const provider = requireProvider(engine, options.name);
      const [pool] = await report(options);
      if (pool === undefined) return { provider: provider.name, places: [] };
      return reportSources({ provider, pool, ...places });
    },
    test: async function* ({ model, ...options }) {
      for (const { name, keys } of await report(options)) {
        for (const row of keys) {
          const asked = { id: row.id, model: model ?? chooseModel(engine, name), signal: options.signal };
          yield { ...(await testKey(engine, asked)), row };
        }
      }
    },
    stored: places.storedKeys,
    take: async (given) => {
      const provider = requireProvider(engine, given.provider);
      const model = given.model ?? chooseModel(engine, provider.name);
      return takeKey(engine, places.storedKeys, { ...given, provider, model });
    },
    acceptOrigin: async ({ name, model, signal }) => {
      const key = findStoredKey(places.storedKeys, name);
      const provider = requireProvider(engine, key.provider);
      const asked = { key, provider, model: model ?? chooseModel(engine, provider.name), signal };
      return (await acceptOrigin(engine, places.storedKeys, asked)).test;
    },
    reset: async (options) => {
      const patterns =
        options.name === undefined ? [{}] : scopesOf(engine, await report(options), options.name);
      const cleared = await Promise.all(patterns.map((pattern) => engine.health.reset(pattern)));
      return [...new Map(cleared.flat().map((mark) => [mark.key, mark])).values()];
    },
  };
}

/** By its id as lists print it, or by the short one of the file. Throws `CredentialError`. */
export function findStoredKey(keys: StoredKeys, name: string): StoredKeyView {
  const stored = keys.list();
  const key = stored.find(({ id, credentialId }) => id === name || credentialId === name);
  if (key !== undefined) return key;
  const near = findNearest(
    name,
    stored.flatMap(({ id, credentialId }) => [credentialId, id]),
  );
  throw new CredentialError('credential-unknown', `no stored key has the id ${name}`, {
    howToFix:
      near === undefined
        ? '`holdfast auth list` shows every id; only keys from `auth add` are stored'
        : `did you mean ${near}?`,
  });
}

function requireProvider(engine: Engine, name: string): ResolvedProvider {
  const { providers } = engine.config();
  const provider = providers.get(name);
  if (provider !== undefined) return provider;
  throw new RequestError('request-invalid', `the provider ${name} is not configured`, {
    status: 404,
    howToFix: `configured are: ${[...providers.keys()].join(', ')}`,
  });
}

/** The pools that a name stands for; of a key's pool only the key. */
function select(pools: readonly PoolReport[], name: string): readonly PoolReport[] {
  const named = pools.filter((pool) => pool.name === name);
  if (named.length > 0) return named;
  const holding = pools.flatMap((pool) => {
    const keys = pool.keys.filter(({ id }) => id === name);
    return keys.length === 0 ? [] : [{ ...pool, keys }];
  });
  if (holding.length > 0) return holding;
  const known = pools.flatMap((pool) => [pool.name, ...pool.keys.map(({ id }) => id)]);
  const close = findNearest(name, known);
  throw new RequestError('request-invalid', `no provider and no key is called ${name}`, {
    status: 404,
    howToFix: close === undefined ? '`holdfast auth list` shows them all' : `did you mean ${close}?`,
  });
}

function scopesOf(engine: Engine, pools: readonly PoolReport[], name: string): readonly Scope[] {
  const isPool = pools.some((pool) => pool.name === name);
  if (isPool) return [...originsOf(engine, pools, name)].map((origin) => ({ origin }));
  return pools.flatMap(({ keys }) =>
    keys.flatMap(({ origin, fingerprint, account }) =>
      fingerprint === undefined
        ? []
        : [
            { origin, fingerprint },
            { origin, account: account ?? fingerprint },
          ],
    ),
  );
}

/** Where the pool's requests go: a provider that needs no key has an origin too. */
function originsOf(engine: Engine, pools: readonly PoolReport[], name: string): ReadonlySet<string> {
  const targets = [...engine.config().routes.values()].flatMap((route) => route.targets);
  const routed = targets.filter(({ target }) => target.pool === name).map(({ target }) => target.origin);
  return new Set([...routed, ...pools.flatMap(({ keys }) => keys.map(({ origin }) => origin))]);
}
