/** The places a request may still go (step 2): targets of its route, each with the pool of credentials it may use, and what stands in the way. */

import type { Health, Standing } from '../../credentials/health/health.ts';
import type { CredentialPool } from '../../credentials/pool/pool.ts';
import type { SecretReader } from '../../credentials/read-secret.ts';
import type { Credential, Lease, Secret, SecretReading } from '../../model/credential.ts';
import type { Operation } from '../../model/protocol.ts';
import type { Target } from '../../model/target.ts';

/** One target of the route with its pool; no pool where the target needs no key, or has none. */
export interface Place {
  readonly target: Target;
  readonly reason: string;
  readonly pool: CredentialPool | undefined;
}

/** One target with one way to authenticate. */
export interface Candidate {
  readonly key: string;
  readonly place: Place;
  readonly target: Target;
  /** Absent where the target needs no key. */
  readonly credential: Credential | undefined;
}

/** A candidate as it stands now. */
export type Availability = Ready | Missing | { readonly state: 'pending'; readonly candidate: Candidate };

export interface Ready {
  readonly state: 'ready';
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
  readonly standing: Standing;
}

export interface Missing {
  readonly state: 'missing';
  readonly candidate: Candidate;
  readonly cause: 'auth-missing' | 'auth-revoked';
  readonly detail: string;
}

export interface InspectParts {
  readonly reader: SecretReader;
  readonly health: Health;
  readonly now: number;
  /** What the request asks for. */
  readonly operation: Operation;
}

export function createPlace(target: Target, reason: string, pool: CredentialPool): Place {
  const needsNone = target.authStyle === 'none' || (pool.credentials.length === 0 && !target.keyRequired);
  return { target, reason, pool: needsNone || pool.credentials.length === 0 ? undefined : pool };
}

/** The token of a login is always a bearer's, however the vendor takes its keys. */
export function createCandidate(place: Place, credential: Credential | undefined): Candidate {
  const target: Target =
    credential?.source === 'oauth' ? { ...place.target, authStyle: 'bearer' } : place.target;
  const key = credential === undefined ? target.id : `${target.id} ${credential.id}`;
  return { key, place, target, credential };
}

/** Looks at the candidate's secret through its source, now, and at what its health says. Waits for nothing. */
export function inspectCandidate(candidate: Candidate, parts: InspectParts): Availability {
  const { target, credential } = candidate;
  if (credential !== undefined) {
    const reading = parts.reader.peek(credential);
    return reading.state === 'pending'
      ? { state: 'pending', candidate }
      : judgeReading(candidate, reading, parts);
  }
  if (target.keyRequired && target.authStyle !== 'none')
    return { ...missing(candidate), detail: `no key for ${target.origin} is configured` };
  return toReady(candidate, undefined, parts);
}

/** The same for a source that had to be waited for. */
export function judgeReading(
  candidate: Candidate,
  reading: SecretReading,
  parts: InspectParts,
): Ready | Missing {
  if (reading.state === 'ok') return toReady(candidate, reading, parts);
  const { detail, isRevoked } = reading;
  return { ...missing(candidate), ...(isRevoked === true ? { cause: 'auth-revoked' } : {}), detail };
}

function missing(candidate: Candidate): Omit<Missing, 'detail'> {
  return { state: 'missing', candidate, cause: 'auth-missing' };
}

type GoodReading = Extract<SecretReading, { readonly state: 'ok' }>;

function toReady(
  candidate: Candidate,
  reading: GoodReading | undefined,
  { health, now, operation }: InspectParts,
): Ready {
  const lease = createLease(candidate, reading, { now, operation });
  return { state: 'ready', candidate, lease, secret: reading?.secret, standing: health.standing(lease) };
}

function createLease(
  { target, credential }: Candidate,
  reading: GoodReading | undefined,
  { now, operation }: Pick<InspectParts, 'now' | 'operation'>,
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
    operation,
    leasedAt: now,
  };
}
