/**
 * Judges which candidates may be asked now, which may not and why, and when next (step 2 of a
 * request): the same verdict for the choice of a lease, the decision after a failure, the exhausted
 * answer, plans, counts of tokens and lists of models.
 */

import type { Health } from '../../credentials/health/health.ts';
import type { Standing } from '../../credentials/health/standing.ts';
import type { SecretReader } from '../../credentials/sources/read-secret.ts';
import type { Host } from '../../host.ts';
import type {
  CallerLogin,
  Credential,
  GoodReading,
  Lease,
  Secret,
  SourceFault,
} from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { RequestSpending } from '../spending/request-spending.ts';
import type { Shortage } from '../spending/wording.ts';
import type { Rechecks } from '../waiting/rechecks.ts';
import type { Turn, WaitQueues } from '../waiting/wait-queues.ts';
import { classOrStatus } from '../wording/by-status.ts';
import type { Candidate, Skip } from './candidate.ts';
import type { Candidates } from './candidates.ts';

/** The current state of a candidate. */
export type Verdict = Usable | Unusable | Pending;

/** A candidate that can be asked. */
export interface Leased {
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
  /** The secret is its caller's own login. */
  readonly login?: CallerLogin;
}

/** Its secret is at hand. */
export type Usable = Leased &
  (
    | HealthIs<'held-back' | 'due'>
    /** Other requests wait for the end of this mark and come first. */
    | { readonly state: 'queued'; readonly standing: Standing; readonly behind: Mark }
    /**
     * `rechecked`: another request will know soon. `left`: this request has finished with its
     * secret.
     */
    | { readonly state: 'free' | 'rechecked' | 'left'; readonly standing: Standing }
  );

/**
 * `held-back`: held by open marks. `due`: the windows of its marks are over, and one request may
 * probe.
 */
type HealthIs<State extends Standing['state']> = State extends State
  ? { readonly state: State; readonly standing: Extract<Standing, { readonly state: State }> }
  : never;

export type HeldBack = Extract<Usable, { readonly state: 'held-back' }>;

export type Due = Extract<Usable, { readonly state: 'due' }>;

/** It has no secret, or no budget has room for it. */
export interface Unusable {
  readonly state: 'missing' | 'spent';
  readonly candidate: Candidate;
  readonly why: Skip;
  /** Ends it for good. Absent: none is known here. */
  readonly fix?: Fix | undefined;
}

/** Its source must be waited for: see `settleVerdict`. */
interface Pending {
  readonly state: 'pending';
  readonly candidate: Candidate;
  readonly credential: Credential;
}

/** The part of the engine that a verdict reads. */
export interface JudgingEngine {
  readonly host: Pick<Host, 'clock'>;
  readonly reader: SecretReader;
  readonly health: Health;
  readonly rechecks: Rechecks;
  readonly queues: WaitQueues;
}

/**
 * The context of a verdict: off the path of requests there are no dropped candidates and no turn.
 */
export interface Judging {
  readonly engine: JudgingEngine;
  readonly request: Pick<AccessRequest, 'id' | 'operation' | 'signal'> & Partial<AccessRequest>;
  readonly candidates?: Candidates;
  readonly holds?: { readonly turn: Turn | undefined } | undefined;
  readonly spending?: RequestSpending | undefined;
  readonly openRecord?: { readonly misses: readonly unknown[] };
}

/**
 * Reads the candidate's secret through its source, and its health. Waits for nothing, and changes
 * nothing.
 */
export function judge(judging: Judging, candidate: Candidate): Verdict {
  const { target, credential } = candidate;
  if (judging.request.login?.isOnly === true && credential?.source !== 'caller')
    return missing(candidate, { detail: 'the login of its caller answers the request, or nobody' });
  const shortage = judging.spending?.judge(candidate);
  if (shortage !== undefined)
    return { state: 'spent', candidate, why: describeShort(shortage), fix: shortage.fix };
  if (credential !== undefined) {
    const reading = judging.engine.reader.peek(credential);
    if (reading.state === 'ok') return judgeReading(judging, candidate, reading);
    if (reading.state === 'pending') return { state: 'pending', candidate, credential };
    const { login } = judging.request;
    if (credential.source === 'caller' && login !== undefined)
      return judgeLogin(judging, { ...candidate, credential }, login);
    return missing(candidate, reading);
  }
  if (!target.keyRequired || target.authStyle === 'none')
    return judgeReading(judging, candidate, undefined);
  return missing(candidate, { detail: describeNone(candidate.place) });
}

/** Does the same after its source was read. */
export async function settleVerdict(
  judging: Judging,
  candidate: Candidate,
): Promise<Usable | Unusable> {
  const verdict = judge(judging, candidate);
  if (verdict.state !== 'pending') return verdict;
  const { engine, request } = judging;
  const reading = await engine.reader.read(verdict.credential, request.signal);
  return reading.state === 'ok'
    ? judgeReading(judging, candidate, reading)
    : missing(candidate, reading);
}

/** Returns the first acceptable candidate whose secret can be read. */
export async function findUsable(
  judging: Judging,
  candidates: Iterable<Candidate>,
  accepts: (verdict: Usable) => boolean,
): Promise<Usable | undefined> {
  for (const candidate of candidates) {
    const verdict = await settleVerdict(judging, candidate);
    if ('lease' in verdict && accepts(verdict)) return verdict;
  }
  return undefined;
}

/** True when nothing holds it back, or it may be probed. */
export function isAskable(
  verdict: Verdict,
): verdict is Extract<Usable, { readonly state: 'free' | 'due' }> {
  return verdict.state === 'free' || verdict.state === 'due';
}

/**
 * Returns why it cannot be asked, and until when, for the record; undefined if it has a secret and
 * no mark holds it back.
 */
export function whyNot(verdict: Verdict): Skip | undefined {
  if ('why' in verdict) return verdict.why;
  const bench = holdOf(verdict);
  return bench && describeBench(bench);
}

/**
 * Returns the marks that hold it back, even if it is asked anyway or this request has finished with
 * it.
 */
export function holdOf(verdict: Verdict): HeldBack['standing'] | undefined {
  return 'standing' in verdict && verdict.standing.state === 'held-back'
    ? verdict.standing
    : undefined;
}

export function describeBench({
  mark,
  until,
  isElsewhere,
}: Pick<HeldBack['standing'], 'mark' | 'until' | 'isElsewhere'>): Skip {
  const { cause, evidence, speaker, since, endSetBy, namedUntil } = mark;
  const where = isElsewhere === true ? ' at two other sites of its host' : '';
  return {
    cause: 'held-back',
    reason: `${classOrStatus(cause, speaker)}${where}: ${evidence}`,
    summary: evidence,
    heldFor: cause,
    ...(speaker && { speaker }),
    until,
    since,
    endSetBy,
    ...(namedUntil && { namedUntil }),
  };
}

export function describeShort({ text, summary, until }: Shortage): Skip {
  return { cause: 'budget', reason: text, summary, until };
}

function describeNone({ target, reserved }: Candidate['place']): string {
  if (reserved === undefined) return `no key for ${target.origin} is configured`;
  const models = (reserved.models ?? []).join(', ');
  return `no key for ${target.model} is configured: ${reserved.label} is only for ${models}`;
}

function missing(candidate: Candidate, { detail, isRevoked }: SourceFault): Unusable {
  const cause = isRevoked === true ? 'auth-revoked' : 'auth-missing';
  return { state: 'missing', candidate, why: { cause, reason: detail } };
}

/**
 * A login answers for one target. It may be asked although marks hold it back where nobody else
 * answers: its caller then reads its vendor's own words.
 */
function judgeLogin(
  judging: Judging,
  candidate: Candidate & { readonly credential: Credential },
  login: CallerLogin,
): Usable | Unusable {
  const { target, credential } = candidate;
  const { protocol } = judging.request;
  if (target.protocol !== protocol) {
    const detail = `it takes callers' logins in ${target.protocol} alone, and the request came in ${protocol} (protocol: says which one)`;
    return missing(candidate, { detail });
  }
  if (login.target !== target.id)
    return missing(candidate, {
      detail:
        login.isOf === undefined
          ? 'the login of its caller is not for this request'
          : `the login that came is one of ${login.isOf}, and is shown to nobody else`,
    });
  if (!login.isOnly && login.isRefused()) {
    const reason = `${target.provider} refused this login a moment ago, and its program has no other yet`;
    return { state: 'missing', candidate, why: { cause: 'auth-rejected', reason } };
  }
  const fingerprint = login.fingerprintAt(target.origin);
  const account = login.account ?? fingerprint;
  const foundAt = 'the request';
  const reading: GoodReading = { state: 'ok', secret: login.secret, fingerprint, foundAt };
  const asked = { ...candidate, credential: { ...credential, account } };
  const usable = judgeReading(judging, asked, reading);
  // Its vendor may name the account only with the answer that the lease is charged with.
  const lease = {
    ...usable.lease,
    get account() {
      return login.account ?? account;
    },
  };
  const { standing, secret } = usable;
  return login.isOnly && usable.state !== 'left'
    ? { state: 'free', candidate: asked, lease, secret, standing, login }
    : { ...usable, lease, login };
}

function judgeReading(
  judging: Judging,
  candidate: Candidate,
  reading: GoodReading | undefined,
): Usable {
  const { engine, request, candidates } = judging;
  const lease = createLease(candidate, reading, {
    now: engine.host.clock.now(),
    operation: request.operation,
  });
  const standing = engine.health.standing(lease);
  const usable = { candidate, lease, secret: reading?.secret };
  if (candidates?.hasLeftSecret(candidate.target, lease.fingerprint) === true)
    return { state: 'left', ...usable, standing };
  if (standing.state === 'held-back' && !isAskedAllTheSame(judging, standing.marks))
    return { state: 'held-back', ...usable, standing };
  if (!engine.rechecks.isIdle && engine.rechecks.isBusy(lease, request.id))
    return { state: 'rechecked', ...usable, standing };
  const isCalled = engine.queues.isIdle || judging.holds?.turn?.covers(lease) === true;
  const behind = isCalled ? undefined : engine.queues.heldBy(lease);
  if (behind !== undefined) return { state: 'queued', ...usable, standing, behind };
  return standing.state === 'due'
    ? { state: 'due', ...usable, standing }
    : { state: 'free', ...usable, standing };
}

/**
 * True for a key test, and for a model that a person picked: an old lack of money is then ignored
 * until it is reported again.
 */
function isAskedAllTheSame({ request, openRecord }: Judging, marks: readonly Mark[]): boolean {
  if (request.onlyCredential !== undefined) return true;
  return (
    request.isPicked === true &&
    openRecord?.misses.length === 0 &&
    marks.every(({ cause }) => cause === 'billing' || cause === 'spend-limit')
  );
}

function createLease(
  { target, credential }: Candidate,
  reading: GoodReading | undefined,
  { now, operation }: Pick<Lease, 'operation'> & { readonly now: number },
): Lease {
  const fingerprint = reading?.fingerprint ?? 'none';
  return {
    credentialId: credential?.id ?? 'none',
    label: credential?.label ?? 'no key',
    foundAt: reading?.foundAt ?? 'no key needed',
    namedAt: reading?.namedAt,
    heldAt: reading?.heldAt,
    variable: reading?.variable,
    fingerprint,
    account: credential?.account ?? fingerprint,
    origin: target.origin,
    site: target.site,
    model: target.model,
    operation,
    leasedAt: now,
  };
}
