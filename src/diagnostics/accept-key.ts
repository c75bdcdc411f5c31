/**
 * Accepts a key from the user: it is tested before it is stored, and bound to another origin only
 * after a test there (laws 2 and 12).
 */

import type { Engine } from '../access/request/engine.ts';
import type { ResolvedConfig, ResolvedProvider } from '../config/resolved/resolved.ts';
import { judgeSecret } from '../config/secrets/judge-secret.ts';
import type { StoredKeys, StoredKeyView } from '../credentials/stored/stored-keys.ts';
import { CredentialError } from '../errors.ts';
import type { Credential } from '../model/credential.ts';
import type { Target } from '../model/target.ts';
import { type KeyTest, testKey } from './test-key.ts';

/** A key that the user gives us. */
export interface OfferedKey {
  readonly provider: ResolvedProvider;
  readonly secret: string;
  /** Default: `key-1`, `key-2`, … */
  readonly label?: string | undefined;
  /** The group that shares a rate limit. Default: only this key. */
  readonly account?: string | undefined;
  /** The model for its test, as `provider/model`. */
  readonly model: string;
  /** False stores it without a test. */
  readonly verify: boolean;
  /** The variable that it was copied from. */
  readonly copiedFrom?: string | undefined;
  /** Tests the key, and stores nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal: AbortSignal;
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
export async function acceptKey(
  engine: Engine,
  keys: StoredKeys,
  given: OfferedKey,
): Promise<AcceptedKey> {
  const { provider, label, account, copiedFrom, model, signal } = given;
  const secret = requireSecret(given.secret);
  engine.redactor.register(secret);
  const target = targetOf(provider, model);
  const test = given.verify ? await trySecret(engine, { target, secret, signal }) : undefined;
  if (test?.verdict === 'refused' || given.dryRun === true) return { test, wasThere: false };
  const { key, wasThere } = await keys.add({
    provider: provider.name,
    secret,
    origin: target.origin,
    verified: test?.verdict === 'works' ? 'completion' : 'unverified',
    label,
    account,
    copiedFrom,
  });
  return { test, key, wasThere };
}

/** Tests a stored key at its provider's present origin, and binds it there if it works. */
export async function acceptOrigin(
  engine: Engine,
  keys: StoredKeys,
  asked: Pick<OfferedKey, 'provider' | 'model' | 'signal'> & { readonly key: StoredKeyView },
): Promise<KeyTest> {
  const { key, provider, model, signal } = asked;
  const target = targetOf(provider, model);
  const reading = await engine.reader.read(storedCredential(key), signal);
  if (reading.state !== 'ok') throw new CredentialError('credentials-unusable', reading.detail);
  const test = await trySecret(engine, { target, secret: reading.secret.reveal(), signal });
  if (test.verdict === 'works')
    await keys.change(key.id, { origin: target.origin, verified: 'completion' });
  return test;
}

/** Describes the stored key as it is bound now. */
function storedCredential({
  id,
  credentialId,
  provider,
  label,
  origin,
}: StoredKeyView): Credential {
  const locator = { kind: 'stored', id } as const;
  return { id: credentialId, provider, label, source: 'stored', locator, origin };
}

function requireSecret(given: string): string {
  const judged = judgeSecret(given, 'what was given');
  if (judged.state === 'ok') return judged.value;
  const message = judged.state === 'empty' ? 'no key was given' : judged.detail;
  throw new CredentialError('credential-refused', message, {
    fix: 'pipe the key in, or type it when asked: holdfast auth add PROVIDER < key.txt',
  });
}

/** The model may have the provider's name in front of it. */
function targetOf(provider: ResolvedProvider, model: string): Target {
  const prefix = `${provider.name}/`;
  return provider.targetFor(model.startsWith(prefix) ? model.slice(prefix.length) : model);
}

/**
 * Sends one small completion with a secret that is in no pool, or is bound to another origin. It is
 * sent only to the target's origin.
 */
async function trySecret(
  engine: Engine,
  {
    target,
    secret,
    signal,
  }: { readonly target: Target; readonly secret: string; signal: AbortSignal },
): Promise<KeyTest> {
  const { provider, origin, pool } = target;
  const locator = { kind: 'literal', value: secret } as const;
  const id = `${provider}:trial`;
  const credential: Credential = {
    id,
    provider,
    label: 'the given key',
    source: 'stored',
    locator,
    origin,
  };
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
