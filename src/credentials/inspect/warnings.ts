/**
 * What is worth knowing about the keys that were found: different values in two places, keys that
 * look wrong. Names and fingerprints only. Pure, so that the log and `auth list` say the same (law
 * 3).
 */

import { shellLine } from '../../host/shell-line.ts';
import type { Credential, PendingReading, SecretReading } from '../../model/credential.ts';
import type { Warning } from '../../model/events.ts';
import { rankOfSource } from './source-rank.ts';

/** One credential as it was found. */
export interface FoundKey {
  readonly credential: Credential;
  readonly reading: SecretReading | PendingReading;
  /** Their texts follow the name of the key. */
  readonly oddities: readonly KeyWarning[];
  /**
   * What the environment holds for a variable that `.env` has too, or that a stored key is a copy
   * of.
   */
  readonly hidden?: SecretReading | PendingReading | undefined;
}

export type KeyWarningCode =
  /** Two places hold different values for one provider. */
  | 'sources-differ'
  /** A stored key stands behind another one. */
  | 'stored-shadowed'
  /** A variable of the environment stands behind one of `.env`. */
  | 'env-shadowed'
  /** A stored key is a copy of a variable that has another value now. */
  | 'copy-differs'
  /** Set to nothing, beside a key that can be used. */
  | 'key-empty'
  | 'key-quoted'
  | 'key-assignment'
  | 'key-concatenated'
  | 'key-of-other-provider'
  /** A gateway key of our own stands where a provider's belongs. */
  | 'gateway-key-ignored'
  /** What was found can be no key. */
  | 'key-malformed'
  /** Others can read the file that it stands in. */
  | 'key-file-exposed';

export interface KeyWarning extends Warning {
  readonly code: KeyWarningCode;
}

/** Keys of one provider that shadow one another, in their order of use. */
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
 * What is set but empty, where another key of the pool hides that it is: without one, all that is
 * missing is told anyway.
 */
export function warnOfEmpty(provider: string, found: readonly FoundKey[]): readonly KeyWarning[] {
  if (!found.some(({ reading }) => reading.state === 'ok')) return [];
  return found.flatMap(({ reading }) =>
    reading.state === 'empty'
      ? [{ code: 'key-empty' as const, text: `${provider}: a key is not used: ${reading.detail}` }]
      : [],
  );
}

/** Keys that look wrong, one by one. */
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
  /** `config.yaml:5 → .env:3 (sha256:…)`. */
  readonly name: string;
}

function knownKeysIn({ credential, reading }: FoundKey): readonly KnownKey[] {
  if (reading.state !== 'ok') return [];
  const { fingerprint, foundAt } = reading;
  // A login has another token every hour: that is no change worth telling.
  const name = credential.source === 'oauth' ? foundAt : `${foundAt} (${fingerprint})`;
  return [{ credential, fingerprint, name }];
}

/** Equal secrets are one credential: its first place stands for all. */
function dropRepeatedKeys(keys: readonly KnownKey[]): readonly KnownKey[] {
  return [...new Map(keys.toReversed().map((key) => [key.fingerprint, key])).values()].toReversed();
}

function nameStored({ credential, fingerprint }: KnownKey): string {
  const { label, source } = credential;
  return source === 'oauth' ? `the login ${label}` : `the stored key ${label} (${fingerprint})`;
}

function warnOfShadow(provider: string, winner: KnownKey, key: KnownKey): KeyWarning {
  const rank = rankOfSource(key.credential.source);
  if (rank === 'stored') {
    const text = `${provider}: ${winner.name} comes before ${nameStored(key)}, which is a spare; \`precedence\` turns them round`;
    return { code: 'stored-shadowed', text };
  }
  const isOfDotenv = rank === 'env' && rankOfSource(winner.credential.source) === 'dotenv';
  const text = `${provider} has different keys, in this order: ${winner.name}, ${key.name}`;
  return { code: isOfDotenv ? 'env-shadowed' : 'sources-differ', text };
}

function warnOfHidden({ credential, reading, hidden }: FoundKey): readonly KeyWarning[] {
  const { locator, provider, label } = credential;
  if (reading.state !== 'ok' || hidden?.state !== 'ok') return [];
  if (hidden.fingerprint === reading.fingerprint) return [];
  if (locator.kind === 'stored') {
    const what = `${provider}: the stored key ${label} (${reading.fingerprint}) is a copy of ${locator.copiedFrom}, which has another value here (${hidden.fingerprint})`;
    const command = shellLine`holdfast auth add ${provider} --from-env ${`${locator.copiedFrom}`}`;
    const fix = { text: 'to copy it again', command };
    return [{ code: 'copy-differs', text: `${what}; ${fix.text}: ${command}`, what, fix }];
  }
  if (locator.kind !== 'variable') return [];
  const { variable } = locator;
  const text = `${provider}: ${variable} is taken from ${reading.foundAt} (${reading.fingerprint}); the environment holds another value (${hidden.fingerprint}), which is not used`;
  return [{ code: 'env-shadowed', text }];
}
