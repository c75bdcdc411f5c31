/**
 * The stored keys: what `auth add`, `remove`, `rename`, `move` and `test` do to `credentials.json`.
 */

import type { CredentialsFormat, StoredKey } from '../../config/files/credentials-file.ts';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import { judgeSecret } from '../../config/secrets/judge-secret.ts';
import { CredentialError } from '../../errors.ts';
import { type CredentialsPlace, editCredentials, readCredentials } from './edit-credentials.ts';
import { checkLabel, type TakenWords } from './labels.ts';

export interface NewKey {
  readonly provider: string;
  /** Unique among the stored keys of its provider. Default: `key-1`, `key-2`, … */
  readonly label?: string | undefined;
  readonly secret: string;
  /** The only origin that may receive it (law 12): that of the provider as configured now. */
  readonly origin: string;
  /** The group that shares its limits. Default: its own. */
  readonly account?: string | undefined;
  /** Default: `unverified`. */
  readonly verified?: StoredKey['verified'];
  /** The variable that it was copied from: a later copy of that variable replaces it. */
  readonly copiedFrom?: string | undefined;
}

/** Has everything but the secret. */
export interface StoredKeyView {
  /** Short, unguessable, unique in the file; renames keep it. */
  readonly id: string;
  /** Has the form `provider:stored:id`, as in lists, marks and records. */
  readonly credentialId: string;
  readonly provider: string;
  readonly label: string;
  readonly origin: string;
  readonly account?: string | undefined;
  readonly fingerprint: string;
  readonly addedAt: number;
  readonly verified: StoredKey['verified'];
}

export type KeyChange = Partial<Pick<StoredKey, 'label' | 'origin' | 'account' | 'verified'>>;

/**
 * Every call throws `CredentialError`: `credentials-unusable`, `credentials-locked`, or the code
 * named at the call.
 */
export interface StoredKeys {
  /** Returns them in order of use, provider by provider. */
  list(): readonly StoredKeyView[];
  /**
   * Throws `credential-refused` if `add` would refuse this label; call it before a key is typed or
   * tried.
   */
  checkLabel(provider: string, label: string): void;
  /**
   * Stores a key behind those of its provider. The same secret for the same origin is stored once:
   * the existing key is returned. A new copy of a variable replaces the old one. Throws
   * `credential-refused` for an invalid secret, or a label in use.
   */
  add(key: NewKey): Promise<{ readonly key: StoredKeyView; readonly wasThere: boolean }>;
  /** Returns the removed key. Throws `credential-unknown`. */
  remove(id: string): Promise<StoredKeyView>;
  /** Throws `credential-unknown`, or `credential-refused` for a label in use. */
  rename(id: string, label: string): Promise<StoredKeyView>;
  /** Changes its origin, verification or account. Throws as `rename`. */
  change(id: string, change: KeyChange): Promise<StoredKeyView>;
  /**
   * Moves a key to this position among those of its provider, 0 first; a position beyond the last
   * means the last. Throws `credential-unknown`.
   */
  move(id: string, place: number): Promise<StoredKeyView>;
}

/**
 * Creates the writer of the keys in one `credentials.json`; the first `add` creates a missing file
 * with mode 0600.
 */
export function createStoredKeys(place: CredentialsPlace): StoredKeys {
  const changeOne = (id: string, change: KeyChange): Promise<StoredKeyView> =>
    editCredentials(place, (whole) => changeKey(whole, id, change));
  return {
    list: () => sortKeys(readCredentials(place.host, place.path).keys).map(toView),
    checkLabel: (provider, label) => {
      const { keys } = readCredentials(place.host, place.path);
      const siblings = keys.filter((key) => key.provider === provider);
      checkLabel(siblings, label, taken);
    },
    add: (key) => {
      const made = { id: createKeyId(place), addedAt: place.host.clock.now() };
      return editCredentials(place, (whole) => addKey(whole, key, made));
    },
    remove: (id) =>
      editCredentials(place, (whole) => {
        const key = requireStoredKey(whole, id);
        whole.keys = whole.keys.filter((other) => other !== key);
        return toView(key);
      }),
    rename: (id, label) => changeOne(id, { label }),
    change: changeOne,
    move: (id, to) => editCredentials(place, (whole) => moveKey(whole, id, to)),
  };
}

function addKey(
  whole: CredentialsFormat,
  given: NewKey,
  made: Pick<StoredKey, 'id' | 'addedAt'>,
): { readonly key: StoredKeyView; readonly wasThere: boolean } {
  const { provider, label, origin, account, copiedFrom, verified = 'unverified' } = given;
  const judged = judgeSecret(given.secret, 'what was given');
  if (judged.state !== 'ok') {
    const message = judged.state === 'empty' ? 'no key was given' : judged.detail;
    throw new CredentialError('credential-refused', message);
  }
  if (account !== undefined) checkAccount(account);
  const siblings = whole.keys.filter((key) => key.provider === provider);
  const same = siblings.find((key) => key.secret === judged.value && key.origin === origin);
  if (same !== undefined) return { key: toView(same), wasThere: true };
  const copy = siblings.find((key) => key.copiedFrom === copiedFrom && key.origin === origin);
  if (copiedFrom !== undefined && copy !== undefined) {
    Object.assign(copy, { secret: judged.value, verified, addedAt: made.addedAt });
    return { key: toView(copy), wasThere: false };
  }
  const key: StoredKey = {
    ...made,
    provider,
    label: label === undefined ? freeLabel(siblings) : checkLabel(siblings, label, taken),
    secret: judged.value,
    origin,
    verified,
    account,
    copiedFrom,
    order: Math.max(0, ...siblings.map(({ order }) => order)) + 1,
  };
  whole.keys.push(key);
  return { key: toView(key), wasThere: false };
}

function changeKey(whole: CredentialsFormat, id: string, change: KeyChange): StoredKeyView {
  const key = requireStoredKey(whole, id);
  const siblings = whole.keys.filter((other) => other !== key && other.provider === key.provider);
  const label = change.label === undefined ? key.label : checkLabel(siblings, change.label, taken);
  return toView(Object.assign(key, change, { label }));
}

function moveKey(whole: CredentialsFormat, id: string, to: number): StoredKeyView {
  const key = requireStoredKey(whole, id);
  const others = sortKeys(whole.keys).filter(
    (other) => other !== key && other.provider === key.provider,
  );
  for (const [index, one] of others.toSpliced(Math.max(0, to), 0, key).entries())
    one.order = index + 1;
  return toView(key);
}

function requireStoredKey({ keys }: CredentialsFormat, id: string): DraftKey {
  const key = keys.find((stored) => stored.id === id);
  if (key !== undefined) return key;
  const known = keys
    .map(({ id: other, provider, label }) => `${other} (${provider} ${label})`)
    .join(', ');
  throw new CredentialError('credential-unknown', `no stored key has the id ${id}`, {
    fix: known === '' ? 'no key is stored; auth add stores one' : `there are ${known}`,
  });
}

type DraftKey = CredentialsFormat['keys'][number];

const taken: TakenWords = { what: 'a stored key', wayOut: (id) => `remove ${id} first` };

/** Throws for an account name that a list cannot show. */
function checkAccount(account: string): void {
  if (account !== '' && !/\p{Cc}/u.test(account)) return;
  throw new CredentialError('credential-refused', 'this account name cannot be used', {
    fix: 'take one line without control characters',
  });
}

function freeLabel(siblings: readonly StoredKey[]): string {
  const labels = new Set(siblings.map(({ label }) => label));
  for (let number = 1; ; number += 1) if (!labels.has(`key-${number}`)) return `key-${number}`;
}

function sortKeys<Key extends StoredKey>(keys: readonly Key[]): readonly Key[] {
  return keys.toSorted((a, b) => a.order - b.order);
}

function createKeyId({ host }: CredentialsPlace): string {
  // Letters and digits only: a person types it, and it must not look like an option.
  return `k${host.randomToken(6).replace(/[^A-Za-z0-9]/g, 'x')}`;
}

function toView(key: StoredKey): StoredKeyView {
  const { id, provider, label, origin, account, addedAt, verified } = key;
  return {
    id,
    credentialId: `${provider}:stored:${id}`,
    provider,
    label,
    origin,
    account,
    fingerprint: fingerprintOf(origin, key.secret),
    addedAt,
    verified,
  };
}
