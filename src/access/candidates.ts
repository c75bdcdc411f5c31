/** The places a request may still go: targets of its route times credentials of each, with what stands in the way. */

import type { Health, Standing } from '../credentials/health.ts';
import type { SecretReader } from '../credentials/read-secret.ts';
import type { Credential, Lease, Secret, SecretReading } from '../model/credential.ts';
import type { Route, Target } from '../model/target.ts';

/** One target with one way to authenticate. */
export interface Candidate {
  readonly key: string;
  readonly target: Target;
  readonly reason: string;
  /** Absent where the target needs no key. */
  readonly credential: Credential | undefined;
}

/** A candidate as it stands now. */
export type Availability =
  | {
      readonly state: 'ready';
      readonly candidate: Candidate;
      readonly lease: Lease;
      readonly secret: Secret | undefined;
      readonly standing: Standing;
    }
  | { readonly state: 'missing'; readonly candidate: Candidate; readonly detail: string };

/** All candidates of a route in order: each target with its pool in order of use. */
export function listCandidates(
  route: Route,
  poolOf: (target: Target) => readonly Credential[],
): readonly Candidate[] {
  return route.targets.flatMap(({ target, reason }): readonly Candidate[] => {
    const pool = poolOf(target).filter((credential) => credential.origin === target.origin);
    if (target.authStyle === 'none' || (pool.length === 0 && !target.keyRequired)) {
      return [{ key: target.id, target, reason, credential: undefined }];
    }
    if (pool.length === 0) return [{ key: `${target.id} (no key)`, target, reason, credential: undefined }];
    return pool.map((credential) => ({ key: `${target.id} ${credential.id}`, target, reason, credential }));
  });
}

/** Reads the candidate's secret through its source, now, and looks up what its health says. */
export function inspectCandidate(
  candidate: Candidate,
  parts: { readonly reader: SecretReader; readonly health: Health; readonly now: number },
): Availability {
  const { target, credential } = candidate;
  if (credential === undefined) {
    if (target.keyRequired && target.authStyle !== 'none') {
      return { state: 'missing', candidate, detail: `no key for ${target.origin} is configured` };
    }
    const lease = createLease(candidate, undefined, parts.now);
    return { state: 'ready', candidate, lease, secret: undefined, standing: parts.health.standing(lease) };
  }
  const reading = parts.reader.peek(credential);
  if (reading.state === 'pending') return { state: 'missing', candidate, detail: 'not read yet' };
  if (reading.state !== 'ok') return { state: 'missing', candidate, detail: reading.detail };
  const lease = createLease(candidate, reading, parts.now);
  return { state: 'ready', candidate, lease, secret: reading.secret, standing: parts.health.standing(lease) };
}

function createLease(
  { target, credential }: Candidate,
  reading: Extract<SecretReading, { readonly state: 'ok' }> | undefined,
  now: number,
): Lease {
  const fingerprint = reading?.fingerprint ?? 'none';
  return {
    credentialId: credential?.id ?? 'none',
    label: credential?.label ?? 'no key',
    foundAt: reading?.foundAt ?? 'no key needed',
    fingerprint,
    account: credential?.account ?? fingerprint,
    origin: target.origin,
    model: target.model,
    leasedAt: now,
  };
}
