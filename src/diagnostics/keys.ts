/**
 * Reads and changes keys, for the commands and the admin API: report, test, reset. A key
 * from the user is tested before it is stored, and bound to another origin only after a test there
 * (laws 2 and 12).
 */

import type { Engine } from '../access/request/engine.ts';
import type { CredentialsFile } from '../config/files/credentials-file.ts';
import type { Dotenv } from '../config/files/dotenv.ts';
import { listIgnored } from '../config/resolve/ignored.ts';
import type { ResolvedConfig, ResolvedProvider } from '../config/resolved/resolved.ts';
import { judgeSecret } from '../config/secrets/judge-secret.ts';
import { isHeldBack } from '../credentials/health/key-state.ts';
import type { StoredKeys, StoredKeyView } from '../credentials/stored/stored-keys.ts';
import { CredentialError, RequestError } from '../errors.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Environment } from '../host.ts';
import type { Credential } from '../model/credential.ts';
import type { Mark, Scope } from '../model/failure.ts';
import type { Target } from '../model/target.ts';
import { listUnused, selectPools, selectStoredKey, type UnusedKey } from './find-keys.ts';
import {
  type KeyReading,
  type KeyRow,
  type PoolReport,
  reportKeys,
  sitesOfPool,
} from './key-report.ts';
import { describeAbsence } from './key-sources.ts';
import { chooseModel, type KeyTest, testKey } from './test-key.ts';

export interface Keys {
  /** The stored keys, which can be renamed, moved and removed. */
  readonly stored: StoredKeys;
  /**
   * Returns every pool, or those that `name` means. Throws `RequestError` for an unknown name, and
   * for a label of several keys.
   */
  report(options: KeysOptions): Promise<readonly PoolReport[]>;
  /**
   * Returns entries of `credentials.json` that no request can use: all, or of one provider, id or
   * label.
   */
  unused(name?: string): readonly UnusedKey[];
  /**
   * Says where the key of a configured provider was looked for, if it has none. `where`: whose
   * environment that is. Default: `the environment`.
   */
  describeAbsence(provider: string, where?: string): ReturnType<typeof describeAbsence> | undefined;
  /** Returns what `ignore_sources` of a provider leaves out although it has a value. */
  ignored(provider: string): readonly string[];
  /**
   * Asks for one small completion with each of these keys, one after the other. Throws the signal's
   * reason.
   */
  test(
    options: KeysOptions & { readonly model?: string | undefined },
  ): AsyncIterable<KeyTest & { readonly row: KeyRow }>;
  /**
   * Tests a key, and stores it unless the provider refused it. Throws `CredentialError`, or
   * `RequestError` for a provider that is not configured.
   */
  accept(given: OfferedKey): Promise<AcceptedKey>;
  /**
   * Tests a stored key at its provider's present origin, and binds it there if it works (law 12).
   */
  acceptOrigin(
    options: KeysOptions & { readonly name: string; readonly model?: string | undefined },
  ): Promise<KeyTest>;
  /**
   * Ends the marks of a provider, of a key, or all marks, in every process that shares the store.
   * Returns what was ended, or with `dryRun` would be.
   */
  reset(options: KeysOptions & { readonly dryRun?: boolean | undefined }): Promise<readonly Mark[]>;
}

/** The places where keys are found and stored. */
export interface KeyPlaces {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
  readonly credentialsFile: CredentialsFile;
  readonly storedKeys: StoredKeys;
}

/** A key that the user gives us. */
export interface OfferedKey {
  /** The name of its provider. */
  readonly provider: string;
  readonly secret: string;
  /** Default: `key-1`, `key-2`, … */
  readonly label?: string | undefined;
  /** The group that shares a rate limit. Default: only this key. */
  readonly account?: string | undefined;
  /** The model for its test. Default: the model that a route uses, else the entry's default. */
  readonly model?: string | undefined;
  /** False stores it without a test. */
  readonly verify: boolean;
  /** The variable that it was copied from. */
  readonly copiedFrom?: string | undefined;
  /** Tests the key, and stores nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface KeysOptions extends KeyReading {
  /** A provider, a task's pool, or the id or label of a key. Default: all. */
  readonly name?: string | undefined;
}

/** Whose environment is read, if nobody says. */
const environment = 'the environment';

export function createKeys(engine: Engine, places: KeyPlaces): Keys {
  const report = async ({ name, ...how }: KeysOptions): Promise<readonly PoolReport[]> => {
    const pools = await reportKeys(engine, how);
    return name === undefined ? pools : selectPools(pools, name, unused(name));
  };
  const unused = (name?: string): readonly UnusedKey[] =>
    listUnused(engine.config(), places.credentialsFile.current(), name);
  return {
    report,
    unused,
    describeAbsence: (name, where = environment) => {
      const provider = engine.config().providers.get(name);
      const { problem } = places.credentialsFile.current();
      return provider && (provider.keyVariables?.length || problem !== undefined)
        ? describeAbsence(provider, { ...places, files: engine.host.files, where })
        : undefined;
    },
    ignored: (name) => {
      const provider = engine.config().providers.get(name);
      return provider === undefined ? [] : listIgnored(provider, { ...places, where: environment });
    },
    test: async function* ({ model, ...options }) {
      for (const { name, keys } of await report(options)) {
        for (const row of keys) {
          if (row.state === 'brought') continue; // nobody but its caller has it
          const asked = {
            id: row.id,
            model: model ?? chooseModel(engine, name),
            signal: options.signal,
          };
          yield { ...(await testKey(engine, asked)), row };
        }
      }
    },
    stored: places.storedKeys,
    accept: (given) => acceptKey(engine, places.storedKeys, given),
    acceptOrigin: (options) => acceptOrigin(engine, places.storedKeys, options),
    reset: async ({ dryRun = false, ...options }) => {
      await engine.health.load();
      const patterns =
        options.name === undefined ? [{}] : scopesOf(engine, await report(options), options.name);
      const clear = async (pattern: Scope): Promise<readonly Mark[]> =>
        dryRun ? engine.health.marksInside(pattern) : engine.health.reset(pattern);
      const cleared = await Promise.all(patterns.map(clear));
      return [...new Map(cleared.flat().map((mark) => [mark.key, mark])).values()];
    },
  };
}

function requireProvider(engine: Engine, name: string): ResolvedProvider {
  const { providers } = engine.config();
  const provider = providers.get(name);
  if (provider !== undefined) return provider;
  throw new RequestError('request-invalid', `the provider ${name} is not configured`, {
    status: 404,
    fix: `configured are: ${[...providers.keys()].join(', ')}`,
  });
}

function scopesOf(engine: Engine, pools: readonly PoolReport[], name: string): readonly Scope[] {
  return pools.flatMap((pool) => {
    const sites = sitesOfPool(engine.config(), pool.name);
    const isPool = pool.name === name;
    const ofKeys = pool.keys
      .filter(({ state }) => !isPool || isHeldBack(state))
      .flatMap(({ origin, fingerprint, account = fingerprint }): readonly Scope[] => {
        if (fingerprint === undefined || account === undefined) return [];
        // Other sites of the host may hold the secret back as well, but each for its own account.
        return [
          { origin, fingerprint },
          { ...sites.get(origin), origin, account },
        ];
      });
    return isPool ? [...sites.values(), ...ofKeys] : ofKeys;
  });
}

export interface AcceptedKey {
  /** Absent if nothing was stored: the provider refused it, or it was a dry run. */
  readonly key?: StoredKeyView | undefined;
  /** Whether the same secret was stored already. */
  readonly wasThere: boolean;
  /** Absent: it was not tested. */
  readonly test?: KeyTest | undefined;
}

/**
 * Stores a key that the provider accepted, or one without a verdict (as unverified), and never a
 * refused one. Throws `CredentialError`, and the signal's reason during the test; then nothing is
 * stored.
 */
async function acceptKey(
  engine: Engine,
  keys: StoredKeys,
  given: OfferedKey,
): Promise<AcceptedKey> {
  const { provider, label, account, copiedFrom, signal } = given;
  const target = findTarget(engine, given);
  const secret = requireSecret(given.secret, provider);
  engine.redactor.register(secret);
  const test = given.verify ? await trySecret(engine, { target, secret, signal }) : undefined;
  if (test?.verdict === 'refused' || given.dryRun === true) return { test, wasThere: false };
  const verified = test?.verdict === 'works' ? 'completion' : 'unverified';
  const { origin } = target;
  const stored = { provider, secret, origin, verified, label, account, copiedFrom } as const;
  return { test, ...(await keys.add(stored)) };
}

/**
 * Tests a stored key at its provider's present origin, and binds it there if it works. It is read
 * as it is bound now.
 */
async function acceptOrigin(
  engine: Engine,
  keys: StoredKeys,
  { name, model, signal }: Parameters<Keys['acceptOrigin']>[0],
): Promise<KeyTest> {
  const { id, credentialId, provider, label, origin } = selectStoredKey(keys.list(), name);
  const target = findTarget(engine, { provider, model });
  const locator = { kind: 'stored', id } as const;
  const bound = { id: credentialId, provider, label, source: 'stored', locator, origin } as const;
  const reading = await engine.reader.read(bound, signal);
  if (reading.state !== 'ok') throw new CredentialError('credentials-unusable', reading.detail);
  const test = await trySecret(engine, { target, secret: reading.secret.reveal(), signal });
  if (test.verdict === 'works')
    await keys.change(id, { origin: target.origin, verified: 'completion' });
  return test;
}

function requireSecret(given: string, provider: string): string {
  const judged = judgeSecret(given, 'what was given');
  if (judged.state === 'ok') return judged.value;
  const message = judged.state === 'empty' ? 'no key was given' : judged.detail;
  const command = shellLine`holdfast auth add ${provider}`;
  const fix = { text: 'pipe the key in, or type it when asked', command };
  throw new CredentialError('credential-refused', message, { fix });
}

/** The model may have the provider's name in front of it. */
function findTarget(
  engine: Engine,
  { provider: name, model }: Pick<OfferedKey, 'provider' | 'model'>,
): Target {
  const provider = requireProvider(engine, name);
  const asked = model ?? chooseModel(engine, name);
  return provider.targetFor(asked.startsWith(`${name}/`) ? asked.slice(name.length + 1) : asked);
}

/**
 * Sends one small completion with a secret that is in no pool, or is bound to another origin. It is
 * sent only to the target's origin.
 */
async function trySecret(
  engine: Engine,
  asked: { readonly target: Target; readonly secret: string; readonly signal: AbortSignal },
): Promise<KeyTest> {
  const { target, secret, signal } = asked;
  const { provider, origin, pool } = target;
  const id = `${provider}:trial`;
  const locator = { kind: 'literal', value: secret } as const;
  const label = 'the given key';
  const credential: Credential = { id, provider, label, source: 'stored', locator, origin };
  const task = 'trial';
  const trial: ResolvedConfig = {
    ...engine.config(),
    routes: new Map([[task, { task, targets: [{ target, reason: 'tried by itself' }] }]]),
    tasks: new Map(),
    pools: new Map([[pool, [credential]]]),
  };
  const test = await testKey({ ...engine, config: () => trial }, { id, model: task, signal });
  return { ...test, model: target.id };
}
