/**
 * Warns about the keys that were found: different values in two places, keys that look wrong.
 * Warnings have names and fingerprints only. Pure, so that the log and `auth list` agree (law 3).
 */

import { shellLine } from '../../host/shell-line.ts';
import type { Credential, PendingReading, SecretReading } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import type { Warning } from '../../model/events.ts';
import type { Fix } from '../../model/fix.ts';
import { rankOfSource } from './source-rank.ts';

export interface FoundKey {
  readonly credential: Credential;
  readonly reading: SecretReading | PendingReading;
  /** Their texts follow the name of the key. */
  readonly oddities: readonly KeyWarning[];
  /**
   * The environment's value of a variable that `.env` has too, or that a stored key was copied
   * from.
   */
  readonly hidden?: SecretReading | PendingReading | undefined;
}

export type KeyWarningCode =
  /** Two places hold different values for one provider. */
  | 'sources-differ'
  /** Another key is used before a stored one. */
  | 'stored-shadowed'
  /** A variable of `.env` is used before that of the environment. */
  | 'env-shadowed'
  /** A stored key is a copy of a variable whose value has changed. */
  | 'copy-differs'
  /** A place is set to nothing: a variable beside a usable key, or a file. */
  | 'key-empty'
  /** A file that should hold a key is not there, or cannot be read. */
  | 'key-missing'
  | 'key-quoted'
  | 'key-assignment'
  | 'key-reference'
  /** A placeholder, a masked copy, an address, a path or JSON is where the key belongs. */
  | 'key-placeholder'
  /** A text that a program has made of a key, such as base64. */
  | 'key-in-code'
  | 'key-concatenated'
  /** A token whose own claim says that it has ended. */
  | 'key-ended'
  | 'key-of-other-provider'
  /** By its beginning it is no key that asks a model: a subscription's token, an admin key. */
  | 'key-of-other-kind'
  /** A gateway key of ours is in the place of a provider's key. */
  | 'gateway-key-ignored'
  /** A value cannot be a key. */
  | 'key-malformed'
  /** Other users can read the file that the key is in. */
  | 'key-file-exposed';

export interface KeyWarning extends Warning {
  readonly code: KeyWarningCode;
}

/** Warns of keys of one provider that shadow one another, in their order of use. */
export function warnOfShadows(provider: string, found: readonly FoundKey[]): readonly KeyWarning[] {
  const known = found.flatMap(knownKeysIn);
  const [winner, ...others] = known;
  if (winner === undefined) return [];
  const copied = found.flatMap(({ credential, hidden }) =>
    credential.locator.kind === 'stored' && hidden?.state === 'ok' ? [hidden.fingerprint] : [],
  );
  const shadowed = dropRepeatedKeys(others).filter(
    ({ fingerprint, credential }) =>
      ![winner.fingerprint, ...copied].includes(fingerprint) &&
      rankOfSource(credential.source) !== rankOfSource(winner.credential.source),
  );
  return [
    ...shadowed.map((key) => warnOfShadow(provider, winner, key)),
    ...found.flatMap(warnOfHidden),
  ];
}

/**
 * Warns of empty variables beside a usable key: without a usable one, every missing variable is
 * reported anyway. A file that gives no key is known only when it is looked at.
 */
export function warnOfEmpty(provider: string, found: readonly FoundKey[]): readonly KeyWarning[] {
  const isServed = found.some(({ reading }) => reading.state === 'ok');
  return found.flatMap(({ credential, reading }) => {
    if (reading.state === 'ok' || reading.state === 'malformed' || reading.state === 'pending')
      return [];
    const isOfFile = credential.locator.kind === 'file';
    if (!isOfFile && !(isServed && reading.state === 'empty')) return [];
    const code = reading.state === 'empty' ? 'key-empty' : 'key-missing';
    return [{ code, text: `${provider}: a key is not used: ${reading.detail}` } as const];
  });
}

/** Warns of each key that looks wrong. */
export function warnOfLooks({ credential, reading, oddities }: FoundKey): readonly KeyWarning[] {
  if (reading.state === 'malformed') {
    const code = reading.isGatewayKey === true ? 'gateway-key-ignored' : 'key-malformed';
    const { provider } = credential;
    return [{ code, text: `${provider}: a key is not used: ${reading.detail}`, provider }];
  }
  if (reading.state !== 'ok') return [];
  const { provider } = credential;
  const { fingerprint, foundAt } = reading;
  const key = `${provider}: the key at ${foundAt} (${fingerprint})`;
  return oddities.map(({ code, text }) => ({
    code,
    text: `${key} ${text}`,
    provider,
    fingerprint,
  }));
}

interface KnownKey {
  readonly credential: Credential;
  readonly fingerprint: string;
  /** Reads like `config.yaml:5 → .env:3 (sha256:…)`. */
  readonly name: string;
  readonly variable: string | undefined;
}

function knownKeysIn({ credential, reading }: FoundKey): readonly KnownKey[] {
  if (reading.state !== 'ok') return [];
  const { fingerprint, foundAt, variable } = reading;
  // A login gets another token every hour; that change is not worth a warning.
  const name = credential.source === 'oauth' ? foundAt : `${foundAt} (${fingerprint})`;
  return [{ credential, fingerprint, name, variable }];
}

/** Keeps the first place of each secret: equal secrets are one credential. */
function dropRepeatedKeys(keys: readonly KnownKey[]): readonly KnownKey[] {
  return [...new Map(keys.toReversed().map((key) => [key.fingerprint, key])).values()].toReversed();
}

function nameStored({ credential, fingerprint }: KnownKey): string {
  const { label, source } = credential;
  return source === 'oauth' ? `the login ${label}` : `the stored key ${label} (${fingerprint})`;
}

function warnOfShadow(provider: string, winner: KnownKey, key: KnownKey): KeyWarning {
  const rank = rankOfSource(key.credential.source);
  const { fingerprint } = key;
  const facts = { over: winner.fingerprint, fingerprint, fix: useHidden(winner, key) };
  if (rank === 'stored') {
    const text = `${provider}: ${winner.name} comes before ${nameStored(key)}, which is a spare; \`precedence\` turns them round`;
    return { code: 'stored-shadowed', text, ...facts };
  }
  const isOfDotenv = rank === 'env' && rankOfSource(winner.credential.source) === 'dotenv';
  const text = `${provider} has different keys, in this order: ${winner.name}, ${key.name}`;
  return { code: isOfDotenv ? 'env-shadowed' : 'sources-differ', text, ...facts };
}

const ifHidden = 'where the hidden one is right';

/**
 * The first key may be the right one, so the text does not tell it. Nothing stored comes before
 * what the configuration names.
 */
function useHidden(winner: KnownKey, { credential, variable }: KnownKey): Fix {
  const rank = rankOfSource(credential.source);
  const rest = defaults.precedence.filter((other) => other !== rank);
  const order = [rank === 'named' ? 'config' : rank, ...rest].join(', ');
  const command =
    variable === undefined || rankOfSource(winner.credential.source) === 'named'
      ? shellLine`holdfast config set precedence ${`[${order}]`}`
      : shellLine`holdfast auth add ${credential.provider} --from-env ${variable}`;
  return { text: ifHidden, command };
}

function warnOfHidden({ credential, reading, hidden }: FoundKey): readonly KeyWarning[] {
  const { locator, provider, label } = credential;
  if (reading.state !== 'ok' || hidden?.state !== 'ok') return [];
  const over = reading.fingerprint;
  const { fingerprint } = hidden;
  if (fingerprint === over) return [];
  if (locator.kind === 'stored') {
    const what = `${provider}: the stored key ${label} (${reading.fingerprint}) is a copy of ${locator.copiedFrom}, which has another value here (${hidden.fingerprint})`;
    const command = shellLine`holdfast auth add ${provider} --from-env ${`${locator.copiedFrom}`}`;
    const fix = { text: 'to copy it again', command };
    return [
      {
        code: 'copy-differs',
        text: `${what}; ${fix.text}: ${command}`,
        what,
        fix,
        over,
        fingerprint,
      },
    ];
  }
  if (locator.kind !== 'variable') return [];
  const { variable } = locator;
  const text = `${provider}: ${variable} is taken from ${reading.foundAt} (${reading.fingerprint}); the environment holds another value (${hidden.fingerprint}), which is not used`;
  const place = reading.foundAt.split(' → ').at(-1) ?? '';
  const fix =
    rankOfSource(credential.source) === 'named'
      ? { text: `${ifHidden}, take ${variable} out of ${place}` }
      : {
          text: ifHidden,
          command: shellLine`holdfast auth add ${provider} --from-env ${variable}`,
        };
  return [{ code: 'env-shadowed', text, over, fingerprint, fix }];
}
