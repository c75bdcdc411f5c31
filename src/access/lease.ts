/** Step 2 of a request: which candidate carries the next attempt, or why none can. A choice over marks; nothing is sent here. */

import type { Standing } from '../credentials/health/health.ts';
import { isWaitedFor } from '../credentials/health/mark-policy.ts';
import type { Lease, Secret } from '../model/credential.ts';
import type { Mark } from '../model/failure.ts';
import { describeBench } from './exhaustion.ts';
import type { Journey } from './journey.ts';
import {
  type Candidate,
  inspectCandidate,
  judgeReading,
  type Missing,
  type Ready,
} from './route/candidates.ts';
import { waitEndsAt } from './waiting/patience.ts';

export interface Leased {
  readonly kind: 'leased';
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
  /** The marks whose probe this attempt has claimed. */
  readonly claimed?: readonly Mark[];
}

/** Nobody can be asked; why, stands with the journey. */
export interface NoneFree {
  readonly kind: 'none';
}

/** The verdict of a recheck is there by then, or there is none (law 6). */
const verdictMs = 30_000;
/** Whoever finds the probe of a mark of a key or of money under way waits this long for what it finds, from its own beginning. */
const probedKeyMs = 5000;
/** A claim on a probe lasts this long unless it is renewed: a process that died holds nobody longer. */
export const claimMs = 15_000;

type Benched = Extract<Standing, { readonly state: 'benched' }>;
type BenchedOption = Benched & { readonly option: Ready };

/** Somebody who is held by a mark, or by those who wait behind one that has ended. */
interface Held {
  readonly option: Ready;
  readonly mark: Mark;
  readonly until: number;
  /** Until when this request may wait for it, epoch ms. */
  readonly waitEndsAt: number;
}

/** What stood in the way of those who were looked at. */
class Survey {
  readonly benched: BenchedOption[] = [];
  readonly held: Held[] = [];
  /** Somebody else has their probe. */
  isProbed = false;
  /** Another request is rechecking this secret. */
  rechecked: Ready | undefined;
}

/**
 * The way of almost every request: its first candidate is free and the secret at hand, so nothing is surveyed and nothing
 * awaited. Undefined where it takes more: see `chooseLease`.
 */
export function leaseAtOnce(journey: Journey): Leased | undefined {
  const candidate = journey.ways.first();
  if (candidate === undefined || candidate.target.protocol !== journey.protocol.name) return undefined;
  const found = inspectCandidate(candidate, journey.inspecting());
  if (found.state !== 'ready' || found.standing.state !== 'free') return undefined;
  const { rechecks, queues } = journey.engine;
  if (queues.heldBy(found.lease) !== undefined) return undefined;
  return rechecks.isBusy(found.lease, journey.request.id) ? undefined : toLeased(found);
}

/** Takes the first candidate that is free or due for its probe; else an early probe; else waits for capacity; else none. */
export async function chooseLease(journey: Journey): Promise<Leased | NoneFree> {
  let toldOf: number | undefined;
  for (;;) {
    const survey = new Survey();
    const leased = (await takeFirst(journey, survey)) ?? (await takeEarlyProbe(journey, survey));
    giveTurnBack(journey, leased);
    if (leased !== undefined) return leased;
    if (journey.budget.isOver) return noneFree(journey, survey);
    if (survey.rechecked !== undefined) {
      if (!(await waitForVerdict(journey, survey.rechecked.lease))) return noneFree(journey, survey);
      continue;
    }
    const until = await waitInQueue(journey, survey, toldOf);
    if (until === undefined) return noneFree(journey, survey);
    toldOf = until;
  }
}

/** A turn that was not taken goes to the next of the queue. */
function giveTurnBack(journey: Journey, leased: Leased | undefined): void {
  const { turn } = journey;
  if (turn === undefined || (leased !== undefined && turn.covers(leased.lease))) return;
  journey.turn = undefined;
  turn.over('in-vain');
}

function noneFree(journey: Journey, survey: Survey): NoneFree {
  const { rechecked } = survey;
  if (rechecked !== undefined) {
    const reason = `another request is asking whether ${rechecked.lease.label} still works`;
    journey.skip(rechecked.candidate, { cause: 'auth-suspect', reason });
  }
  return { kind: 'none' };
}

async function takeFirst(journey: Journey, survey: Survey): Promise<Leased | undefined> {
  for (const candidate of journey.ways.inOrder()) {
    if (candidate.target.protocol !== journey.protocol.name && (await isUntranslatable(journey, candidate)))
      continue;
    const found = inspectCandidate(candidate, journey.inspecting());
    // Awaited only where a source must be: the hot path stays in one turn.
    const settled = found.state === 'pending' ? await readPending(journey, candidate) : found;
    if (settled.state === 'missing') {
      journey.skip(candidate, { cause: settled.cause, reason: settled.detail });
      continue;
    }
    const leased = await takeIfFree(journey, settled, survey);
    if (leased !== undefined) return leased;
  }
  return undefined;
}

/** Its target speaks another protocol, which has no words for what the request asks. */
async function isUntranslatable(journey: Journey, candidate: Candidate): Promise<boolean> {
  const obstacle = await journey.carriage.findObstacle(candidate.target);
  if (obstacle !== undefined) journey.skip(candidate, { cause: 'protocol', reason: obstacle });
  return obstacle !== undefined;
}

async function readPending(journey: Journey, candidate: Candidate): Promise<Ready | Missing> {
  const { credential } = candidate;
  const { engine, request } = journey;
  if (credential === undefined)
    return { state: 'missing', candidate, cause: 'auth-missing', detail: 'no key' };
  const reading = await engine.reader.read(credential, request.signal);
  return judgeReading(candidate, reading, journey.inspecting());
}

async function takeIfFree(journey: Journey, option: Ready, survey: Survey): Promise<Leased | undefined> {
  const { candidate, lease, standing } = option;
  if (journey.ways.hasLeftSecret(candidate.target, lease.fingerprint)) return undefined;
  if (standing.state === 'benched' && !isAskedAllTheSame(journey, standing)) {
    noteBenched(journey, option, standing);
    takeBenched(journey, survey, { option, ...standing });
    return undefined;
  }
  if (journey.engine.rechecks.isBusy(lease, journey.request.id)) {
    survey.rechecked ??= option;
    return undefined;
  }
  const isOurTurn = journey.turn?.covers(lease) === true;
  const behind = isOurTurn ? undefined : journey.engine.queues.heldBy(lease);
  if (behind !== undefined) {
    hold(journey, survey, { option, mark: behind, until: 0, isProbed: standing.state === 'due' });
    return undefined;
  }
  if (standing.state !== 'due')
    return isOurTurn || journey.comesFromWait ? toProbing(option, []) : toLeased(option);
  return takeProbe(journey, survey, { option, marks: standing.marks });
}

async function takeProbe(
  journey: Journey,
  survey: Survey,
  { option, marks }: { readonly option: Ready; readonly marks: readonly Mark[] },
): Promise<Leased | undefined> {
  const probe = await claim(journey, option, marks);
  if (probe !== undefined) return probe;
  // The probe that is out answers for one mark: where several cover the candidate, the others have their own.
  const isExtra = journey.turn?.isExtra === true && journey.turn.covers(option.lease);
  if (isExtra && marks.length === 1) return toProbing(option, []);
  survey.isProbed = true;
  for (const mark of marks) hold(journey, survey, { option, mark, until: 0, isProbed: true });
  return undefined;
}

function takeBenched(journey: Journey, survey: Survey, benched: BenchedOption): void {
  survey.benched.push(benched);
  const { option, mark, marks, until } = benched;
  if (marks.every(({ cause }) => isWaitedFor(cause)))
    hold(journey, survey, { option, mark, until, isProbed: false });
}

/** It is worth waiting for where its end comes in time: marks of keys and of money only while their probe is under way. */
function hold(
  { engine, request, budget, patience }: Journey,
  survey: Survey,
  { option, mark, until, isProbed }: Omit<Held, 'waitEndsAt'> & { readonly isProbed: boolean },
): void {
  const { maxWaitMs } = option.candidate.target;
  const knownSoon = isProbed ? budget.startedAt + probedKeyMs : 0;
  const endsAt = isWaitedFor(mark.cause)
    ? waitEndsAt(patience, engine.health.outageBeganAt(mark.key), maxWaitMs)
    : knownSoon;
  if (request.onlyCredential !== undefined) return;
  if (endsAt > engine.host.clock.now() && until <= endsAt)
    survey.held.push({ option, mark, until, waitEndsAt: endsAt });
}

/** A key that is tested, and a model that a person has picked: then lack of money is believed again only once it is said again. */
function isAskedAllTheSame({ request, misses }: Journey, { marks }: Benched): boolean {
  if (request.onlyCredential !== undefined) return true;
  return request.isPicked === true && misses.length === 0 && marks.every(({ cause }) => cause === 'billing');
}

function noteBenched(journey: Journey, { candidate }: Ready, { mark, until }: Benched): void {
  const { place, credential } = candidate;
  journey.skip(candidate, describeBench(mark, until));
  if (credential !== undefined) place.pool?.noteBenched(credential, until);
}

/** Our own estimates never keep a route empty: the least-blamed candidate is probed before its window ends (law 7). */
async function takeEarlyProbe(journey: Journey, survey: Survey): Promise<Leased | undefined> {
  if (survey.rechecked !== undefined || survey.isProbed) return undefined;
  const worthy = survey.benched
    .filter(({ marks }) => journey.engine.health.mayProbeEarly(marks))
    .sort((a, b) => a.mark.strikes - b.mark.strikes || a.mark.until - b.mark.until);
  for (const { option, marks } of worthy) {
    const leased = await claim(journey, option, marks);
    if (leased !== undefined) return leased;
  }
  return undefined;
}

async function claim(journey: Journey, option: Ready, marks: readonly Mark[]): Promise<Leased | undefined> {
  const isOurs = await journey.engine.health.claimProbes(marks, journey.request.id, claimMs);
  return isOurs ? toProbing(option, marks) : undefined;
}

/** It finds out for all who wait whether these marks are over, or whether what has just ended is over for good. */
function toProbing({ candidate, lease, secret }: Ready, marks: readonly Mark[]): Leased {
  return {
    kind: 'leased',
    candidate,
    lease: { ...lease, probeOf: marks.map(({ key }) => key) },
    secret,
    claimed: marks,
  };
}

function toLeased({ candidate, lease, secret }: Ready): Leased {
  return { kind: 'leased', candidate, lease, secret };
}

/** Until the other request knows; false when it did not say in time. */
async function waitForVerdict(journey: Journey, lease: Lease): Promise<boolean> {
  const { host, rechecks } = journey.engine;
  const { signal } = journey.request;
  const patience = new AbortController();
  const timer = host.clock.startTimer(Math.min(verdictMs, journey.budget.leftMs), () => patience.abort());
  try {
    const end = await rechecks.waitFor(lease, AbortSignal.any([signal, patience.signal]));
    // One of those who wait goes on with the series; whoever comes second sees it busy again.
    if (end === 'abandoned' && rechecks.begin(lease, journey.request.id)) rechecks.noteAsked(lease);
    return true;
  } catch (error) {
    if (signal.aborted || !patience.signal.aborted) throw error;
    return false;
  } finally {
    timer.cancel();
  }
}

/**
 * Waits in the queues of all that may come back in time, a moment or until it is called. Returns the earliest end that it
 * waits for; undefined when there is nothing to wait for, or too many wait already.
 */
async function waitInQueue(
  journey: Journey,
  { held }: Survey,
  toldOf: number | undefined,
): Promise<number | undefined> {
  if (held.length === 0) return undefined;
  const { engine, request, waiter } = journey;
  const now = engine.host.clock.now();
  const until = Math.min(...held.map((one) => one.until));
  if (until > now && until !== toldOf) {
    const forMs = until - now;
    const text = `every candidate is benched; waiting ${(forMs / 1000).toFixed(1)} s for the first`;
    engine.emit({ type: 'waiting', requestId: request.id, forMs, text });
  }
  const forMs = Math.max(...held.map((one) => one.waitEndsAt)) - now;
  journey.leaveSlot();
  engine.rechecks.endAll(request.id); // nobody waits for the verdict of one who waits
  const isBack = journey.hasWaited;
  journey.hasWaited = true;
  journey.comesFromWait = true;
  const marks = [...new Map(held.map(({ mark }) => [mark.key, mark])).values()];
  const end = await engine.queues.wait(waiter, marks, { forMs, signal: request.signal, isBack });
  if (end.kind === 'turn') journey.turn = end.turn;
  return end.kind === 'full' ? undefined : until;
}
