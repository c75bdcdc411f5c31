/**
 * What a candidate of a request is (step 2): one key at one target of its route, and why it may be
 * skipped.
 */

import type { CredentialPool } from '../../credentials/pool/pool.ts';
import type { Credential } from '../../model/credential.ts';
import type { SkipRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';

/** One target of the route with its pool; no pool if the target needs no key, or has none. */
export interface TargetPool {
  readonly target: Target;
  readonly reason: string;
  /** Its place in the configuration. Absent if the request named it. */
  readonly key?: string | undefined;
  readonly pool: CredentialPool | undefined;
  /** A key for this place that is only for other models, where no key is for this one. */
  readonly reserved?: Credential | undefined;
  /**
   * The same in `openai-chat`, for a server that lacks the path of the request's own protocol.
   * Absent if it already uses that, or does not speak it.
   */
  readonly inChat?: Target | undefined;
}

export interface Candidate {
  readonly key: string;
  readonly place: TargetPool;
  readonly target: Target;
  /** Absent if the target needs no key. */
  readonly credential: Credential | undefined;
}

/** Why a candidate is skipped. */
export type Skip = Omit<SkipRecord, 'target' | 'credential'>;

/** Returns the record of a skipped candidate. */
export function toSkip({ target, credential }: Candidate, why: Skip): SkipRecord {
  return { target: target.id, credential: credential?.id, ...why };
}
