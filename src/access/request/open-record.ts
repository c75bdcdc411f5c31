/** The record of a request while it is being written, attempt by attempt. */

import { costOf } from '../../cost/cost-of.ts';
import type { Standing } from '../../credentials/health/standing.ts';
import type { Lease, SourceFault } from '../../model/credential.ts';
import type { Decision } from '../../model/decision.ts';
import type { Failure } from '../../model/failure.ts';
import type {
  AttemptFailure,
  AttemptPhases,
  AttemptRecord,
  JointRecord,
  RequestTimes,
  Usage,
} from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import type { Candidate } from '../select/candidate.ts';
import { mayBeBilled } from '../spending/estimate.ts';

/** A failed attempt, with everything that its report needs. */
export interface Miss {
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly failure: CutFailure;
  readonly text: string;
  readonly held?: (() => void) | undefined;
  /** Present if content had reached the caller, epoch ms. */
  readonly committedAt?: number | undefined;
}

/** One attempt that has ended. */
export interface Attempted {
  readonly candidate: Candidate;
  readonly lease: Lease;
  /** Monotonic ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly phases?: AttemptPhases;
  /** It was a probe, and its head was a success. */
  readonly hasHead?: boolean;
  /** It goes on in the background: what it has used is counted once it is fetched. */
  readonly isOwed?: boolean;
}

interface Brought {
  readonly failure?: Failure | undefined;
  /** Why an answer that was passed on has no text. */
  readonly lack?: Failure | undefined;
  readonly usage?: Usage | undefined;
  /** Present if the caller has some of it. */
  readonly notes?: readonly string[];
  readonly joint?: JointRecord | undefined;
}

/** Becomes the `RequestRecord` when the request ends. */
export class OpenRecord {
  readonly attempts: AttemptRecord[] = [];
  readonly notes: string[] = [];
  /** The places where a broken answer was continued. */
  readonly joints: JointRecord[] = [];
  /** Failed attempts. */
  readonly misses: Miss[] = [];
  /** Repeats by target, secret and cause. */
  readonly #repeats: string[] = [];
  /** Secrets whose source was reread. */
  readonly reread: string[] = [];
  /** The target asked last. */
  payer: Target | undefined;
  /** The cost of all attempts so far. */
  usd = 0;
  /** Sums what all attempts reported. */
  usage: Usage | undefined;
  /** Counts failed attempts that may be billed but reported no usage. */
  unmetered = 0;
  /** Counts attempts that were sent again, because their connection had been closed unread. */
  resent = 0;
  /** The requested object may exist: its caller must not simply retry. */
  mayBeDone = false;
  /** Failed attempts before its last wait for capacity. Absent: it has not waited. */
  waitedAfter: number | undefined;
  /** Monotonic ms. */
  #firstStartedAt: number | undefined;
  #lastEndedAt = 0;
  #atMs = 0;

  /** The next attempt comes right after a wait, at the end of a mark. */
  get isBehindWait(): boolean {
    return this.waitedAfter === this.misses.length;
  }

  noteResent({ id }: Target): void {
    this.resent += 1;
    this.notes.push(
      `${id} was sent the request twice: it had given up the connection before it read it`,
    );
  }

  repeatsOf(miss: Omit<Miss, 'text'>): number {
    const key = repeatKey(miss);
    return this.#repeats.filter((other) => other === key).length;
  }

  addRepeat(miss: Miss): void {
    this.#repeats.push(repeatKey(miss));
  }

  /**
   * Returns the answer to pass on if nobody has a better one: a whole one without a finish, else a
   * useful part of one, else the last. After content has reached the caller, only later ones
   * qualify.
   */
  findHeld(mayBe: (miss: Miss) => boolean = () => true): Miss | undefined {
    const from = this.misses.findLastIndex(({ committedAt }) => committedAt !== undefined);
    const held = this.misses
      .slice(Math.max(0, from))
      .filter((miss) => miss.held !== undefined && mayBe(miss));
    const isWhole = ({ failure }: Miss): boolean => failure.evidence.rule === 'no-finish';
    const isUseful = ({ failure }: Miss): boolean => failure.class === 'unusable';
    return held.findLast(isWhole) ?? held.findLast(isUseful) ?? held.at(-1);
  }

  addAttempt(attempted: Attempted, brought: Brought): void {
    const { candidate, lease, startedAt, durationMs, phases } = attempted;
    const { lack, failure = lack, usage, notes = [], joint } = brought;
    this.#firstStartedAt ??= startedAt;
    this.#lastEndedAt = startedAt + durationMs;
    this.#atMs += durationMs;
    const { target } = candidate;
    const { fingerprint } = lease;
    this.payer = target;
    const usd = costOf(usage, target);
    this.usage = sumUsage(this.usage, usage);
    if (usage === undefined && failure !== undefined && mayBeBilled(failure)) this.unmetered += 1;
    this.usd += usd ?? 0;
    this.notes.push(...notes);
    if (joint !== undefined) this.joints.push(joint);
    this.attempts.push({
      target: target.id,
      credential: lease.credentialId,
      fingerprint,
      foundAt: fingerprint === 'none' ? undefined : lease.foundAt,
      startedAt: lease.leasedAt,
      durationMs,
      connectMs: phases?.connectMs,
      headMs: phases?.headMs,
      isProbe: lease.probeOf === undefined ? undefined : true,
      status: failure?.status,
      failure: failure && summarize(failure),
      usage,
      usd,
      isUnpriced:
        usd === undefined && shouldBePriced(target, attempted, brought) ? true : undefined,
    });
  }

  /** Splits the time of a request that began at `startedAt`, monotonic ms. */
  times(startedAt: number, durationMs: number): RequestTimes {
    const firstAt = this.#firstStartedAt;
    if (firstAt === undefined) return { beforeMs: durationMs, atMs: 0, betweenMs: 0, afterMs: 0 };
    const beforeMs = firstAt - startedAt;
    const afterMs = startedAt + durationMs - this.#lastEndedAt;
    const betweenMs = this.attempts.length === 1 ? 0 : durationMs - beforeMs - this.#atMs - afterMs;
    return { beforeMs, atMs: this.#atMs, betweenMs, afterMs };
  }

  /** Adds facts to the record of the last attempt. */
  amendAttempt(more: Partial<AttemptRecord>): void {
    const last = this.attempts.pop();
    if (last !== undefined) this.attempts.push({ ...last, ...more });
  }

  /** Records how long the last failure holds its candidate back. */
  noteRest(standing: Standing): void {
    if (standing.state !== 'held-back') return;
    const { until, mark } = standing;
    const { endSetBy, namedUntil } = mark;
    this.amendAttempt({ heldBack: { until, endSetBy, ...(namedUntil && { namedUntil }) } });
  }

  addDecision(decision: Decision): void {
    this.amendAttempt({ decision });
  }

  /**
   * Adds the fault of the source to the provider's refusal (law 8); a withdrawn secret is not
   * suspect.
   */
  addFault(miss: Miss, { detail, isRevoked }: SourceFault): Miss {
    const failure: CutFailure = {
      ...miss.failure,
      class: isRevoked === true ? 'auth-revoked' : miss.failure.class,
      message: `${miss.failure.message}; ${detail}`,
    };
    const whole: Miss = { ...miss, failure, text: `${miss.text}; ${detail}` };
    this.misses.splice(this.misses.indexOf(miss), 1, whole);
    this.amendAttempt({ failure: summarize(failure) });
    return whole;
  }
}

/** A count of tokens is free, and so is a refusal. */
function shouldBePriced(
  { billing }: Target,
  { lease: { operation }, isOwed }: Attempted,
  { failure, usage }: Brought,
): boolean {
  if (billing !== 'metered' || isOwed === true) return false;
  if (operation !== 'generate' && operation !== 'embed') return false;
  return usage !== undefined || failure === undefined || mayBeBilled(failure);
}

function summarize(failure: Failure): AttemptFailure {
  const { class: failureClass, evidence, message, speaker, leadsTo } = failure;
  return {
    class: failureClass,
    rule: evidence.rule,
    message,
    ...(speaker && { speaker }),
    ...(leadsTo !== undefined && { leadsTo }),
  };
}

function repeatKey({ candidate, lease, failure }: Omit<Miss, 'text'>): string {
  return `${candidate.key} ${lease.fingerprint} ${failure.class}`;
}

const counts = ['inputTokens', 'outputTokens', 'cachedTokens', 'cacheWriteTokens'] as const;

export function sumUsage(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const sums = counts.flatMap((count) => {
    const sum = (one[count] ?? 0) + (other[count] ?? 0);
    return one[count] === undefined && other[count] === undefined ? [] : [[count, sum] as const];
  });
  return Object.fromEntries(sums);
}
