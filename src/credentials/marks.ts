/** Opens, extends and matches marks: health as a set of patterns (laws 5 and 7). Pure functions over data. */

import type { Failure, Mark, Scope } from '../model/failure.ts';
import { markPolicies } from './mark-policy.ts';

/** What a candidate is, in the words of a scope. */
export type Identity = Required<Scope>;

/** True when every field that the scope names equals the candidate's. */
function matchesScope(scope: Scope, identity: Identity): boolean {
  return (
    (scope.origin === undefined || scope.origin === identity.origin) &&
    (scope.account === undefined || scope.account === identity.account) &&
    (scope.fingerprint === undefined || scope.fingerprint === identity.fingerprint) &&
    (scope.model === undefined || scope.model === identity.model)
  );
}

/** A mark benches a candidate that its scope covers, but for a secret that appeared after an account mark was made. */
export function benches(mark: Mark, identity: Identity): boolean {
  if (!matchesScope(mark.scope, identity)) return false;
  return mark.knownFingerprints === undefined || mark.knownFingerprints.includes(identity.fingerprint);
}

/** The key under which a failure of this candidate counts: its cause and the scope it would mark. */
export function markKeyFor(failure: Failure, identity: Identity): string | undefined {
  const policy = markPolicies[failure.class];
  if (policy === undefined) return undefined;
  return [failure.class, ...policy.scope.map((field) => `${field}=${identity[field]}`)].join(' ');
}

export interface OpenMarkInput {
  readonly failure: Failure;
  readonly identity: Identity;
  readonly now: number;
  /** The mark under the same key, open or due. */
  readonly previous: Mark | undefined;
  /** Uniform in [0, 1): spreads provider-named ends by up to 5 %, so that clients do not return together. */
  readonly random: number;
  readonly knownFingerprints: readonly string[];
}

/** The mark a failure opens, or undefined when its class writes none or an open window must not move. */
export function openMark(input: OpenMarkInput): Mark | undefined {
  const { failure, identity, now, previous } = input;
  const policy = markPolicies[failure.class];
  const key = markKeyFor(failure, identity);
  if (policy === undefined || key === undefined) return undefined;
  if (previous !== undefined && previous.until > now) return undefined;
  const strikes = (previous?.strikes ?? 0) + 1;
  const named = failure.retryAfterMs;
  const ownMs = policy.windows[Math.min(strikes, policy.windows.length) - 1] ?? 0;
  const lengthMs = named === undefined ? ownMs : Math.min(named, policy.capMs) * (1 + 0.05 * input.random);
  return {
    key,
    cause: failure.class,
    scope: Object.fromEntries(policy.scope.map((field) => [field, identity[field]])),
    since: now,
    until: Math.round(now + lengthMs),
    endSetBy: named === undefined ? 'ours' : 'provider',
    strikes,
    evidence: failure.message,
    ...(policy.scope.includes('account') ? { knownFingerprints: input.knownFingerprints } : {}),
  };
}

/** The end as it counts now: a stored window that exceeds its cap, or a clock that jumped back, is clamped (law 7). */
export function endOf(mark: Mark, now: number): number {
  const cap = markPolicies[mark.cause]?.capMs ?? 0;
  return Math.min(mark.until, now + cap * 1.05);
}
