/**
 * Chooses the candidate of the next attempt, or says why there is none (step 2 of a request). Works
 * on verdicts; nothing is sent here.
 */

import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import type { Lease } from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { within } from '../../transport/within.ts';
import { DecodedRequest } from '../answer/decoded-request.ts';
import { callerLimitOf } from '../request/departed-callers.ts';
import { holdsOf, type RequestContext } from '../request/request-context.ts';
import type { Candidate } from '../select/candidate.ts';
import {
  type Due,
  describeBench,
  type HeldBack,
  type Leased,
  settleVerdict,
  type Usable,
} from '../select/verdict.ts';
import { metLimitMs, type Patience, waitEndsAt } from '../waiting/patience.ts';
import { probeConnection } from './probe-connection.ts';
import { regainSlot } from './take-turns.ts';

/** The verdict of a recheck is there by then, or there is none (law 6). */
const verdictMs = 30_000;
/**
 * Whoever finds the probe of a mark of a key or of money under way waits this long for what it
 * finds, from its own beginning.
 */
const probedKeyMs = 5000;

/**
 * Takes the first candidate that is free or due for its probe; else an early probe; else waits for
 * capacity; undefined: none. `no-slot`: it has waited, and then found no slot of its task.
 */
export async function chooseLease(
  context: RequestContext,
): Promise<Leased | 'no-slot' | undefined> {
  let toldOf: number | undefined;
  for (;;) {
    const { first, passed } = await takeFirst(context);
    const leased = first ?? (await takeEarlyProbe(context, passed));
    context.holds?.keepTurnFor(leased?.lease);
    if (leased !== undefined) return leased;
    const isOver = context.budget.isOver;
    const rechecked = passed.find(({ state }) => state === 'rechecked');
    if (rechecked !== undefined) {
      if (!isOver && (await waitForVerdict(context, rechecked.lease))) continue;
      const reason = `another request is asking whether ${rechecked.lease.label} still works`;
      context.candidates.skip(rechecked.candidate, { cause: 'auth-suspect', reason });
      return undefined;
    }
    toldOf = isOver ? undefined : await waitInQueue(context, listHeld(context, passed), toldOf);
    if (toldOf === undefined) return undefined;
    if (!(await regainSlot(context))) return 'no-slot';
  }
}

/** What one walk over the candidates came to: who was taken, and how all before stood. */
interface Round {
  readonly first: Leased | undefined;
  /** A due one among them has a probe under way. */
  readonly passed: readonly Usable[];
}

/**
 * Looks at each in turn: a source is asked, and a probe claimed, only if no candidate before was
 * available.
 */
async function takeFirst(context: RequestContext): Promise<Round> {
  const { candidates, protocol } = context;
  const passed: Usable[] = [];
  for (const candidate of candidates.inOrder()) {
    if (candidate.target.protocol !== protocol.name && isUntranslatable(context, candidate))
      continue;
    const verdict = await settleVerdict(context, candidate);
    if ('why' in verdict) {
      candidates.skip(candidate, verdict.why);
      continue;
    }
    const first =
      verdict.state === 'due' ? await takeDue(context, verdict) : takeFree(context, verdict);
    if (first !== undefined) return { first, passed };
    if (verdict.state === 'held-back') noteHeldBack(context, verdict);
    passed.push(verdict);
  }
  return { first: undefined, passed };
}

/** Its target speaks another protocol, which cannot express the request. */
function isUntranslatable(context: RequestContext, candidate: Candidate): boolean {
  const { target } = candidate;
  const { protocol, candidates, engine } = context;
  context.decoded ??= new DecodedRequest(protocol, context.body);
  const obstacle = context.decoded.findObstacle(target, engine.protocols[target.protocol], () =>
    candidates.places.some((place) => place.target.protocol === protocol.name),
  );
  if (obstacle !== undefined) candidates.skip(candidate, { cause: 'protocol', reason: obstacle });
  return obstacle !== undefined;
}

function takeFree({ holds, openRecord }: RequestContext, verdict: Usable): Leased | undefined {
  if (verdict.state !== 'free') return undefined;
  const isBehindWait = openRecord.isBehindWait || holds?.turn?.covers(verdict.lease) === true;
  return isBehindWait ? toProbing(verdict, []) : verdict;
}

async function takeDue(context: RequestContext, verdict: Due): Promise<Leased | undefined> {
  if (!(await probeConnection(context, verdict))) return takeProbe(context, verdict);
  const [mark] = verdict.standing.marks;
  if (mark !== undefined)
    context.candidates.skip(
      verdict.candidate,
      describeBench({ mark, until: context.engine.host.clock.now() }),
    );
  return undefined;
}

async function takeProbe(context: RequestContext, verdict: Due): Promise<Leased | undefined> {
  const { marks } = verdict.standing;
  const probe = await claim(context, verdict, marks);
  if (probe !== undefined) return probe;
  // The probe that is out answers for one mark: where several cover the candidate, the others have
  // their own.
  const turn = context.holds?.turn;
  const isExtra = turn?.isExtra === true && turn.covers(verdict.lease) && marks.length === 1;
  return isExtra ? toProbing(verdict, []) : undefined;
}

function noteHeldBack({ candidates }: RequestContext, { candidate, standing }: HeldBack): void {
  const { place, credential } = candidate;
  candidates.skip(candidate, describeBench(standing));
  if (credential !== undefined) place.pool?.noteHeldBack(credential, standing.until);
}

/** A candidate held by a mark, or by requests that wait behind one that has ended. */
interface Hold {
  readonly target: Target;
  readonly mark: Mark;
  /** Epoch ms; 0 if the end may come at any moment. */
  readonly until: number;
  /** This request may wait for it until then, epoch ms. */
  readonly waitEndsAt: number;
}

/**
 * Returns candidates whose end comes in time; marks of keys and of money only while their probe is
 * under way.
 */
function listHeld(context: RequestContext, passed: readonly Usable[]): readonly Hold[] {
  const { engine, request, budget } = context;
  const held: Hold[] = [];
  if (request.onlyCredential !== undefined) return held;
  for (const verdict of passed) {
    const { standing, candidate } = verdict;
    const until = verdict.state === 'held-back' ? verdict.standing.until : 0;
    const knownSoon = standing.state === 'due' ? budget.startedAt + probedKeyMs : 0;
    for (const mark of marksOver(verdict)) {
      const beganAt = engine.health.outageBeganAt(mark.key);
      const endsAt = isWaitedFor(mark.cause)
        ? waitEndsAt(patienceOf(context), beganAt, candidate.target.maxWaitMs)
        : knownSoon;
      if (endsAt > engine.host.clock.now() && until <= endsAt)
        held.push({ target: candidate.target, mark, until, waitEndsAt: endsAt });
    }
  }
  return held;
}

/** Returns the marks that must end first, of those that can be waited for. */
function marksOver(verdict: Usable): readonly Mark[] {
  switch (verdict.state) {
    case 'queued':
      return [verdict.behind];
    case 'due':
      return verdict.standing.marks;
    case 'held-back': {
      const { mark, marks } = verdict.standing;
      return marks.every(({ cause }) => isWaitedFor(cause)) ? [mark] : [];
    }
    default:
      return [];
  }
}

/** Returns how long it may wait for capacity. */
function patienceOf(context: RequestContext): Patience {
  const { budget, body, request, before } = context;
  const { startedAt, durationMs, leftMs } = budget;
  const metMs = before?.hasMetLimit === true ? metLimitMs : undefined;
  return {
    startedAt,
    isWhole: !body.stream,
    announcedMs: callerLimitOf(context) ?? metMs,
    isBack: before?.how === 'refused' && !before.hasMetLimit,
    maxWaitMs: request.maxWaitMs,
    endsAt: startedAt + durationMs + leftMs,
  };
}

/**
 * Our own estimates never keep a route empty: the least-blamed candidate is probed before its
 * window ends (law 7). A key that was found refused so is asked again by the same request (law 6).
 */
async function takeEarlyProbe(
  context: RequestContext,
  passed: readonly Usable[],
): Promise<Leased | undefined> {
  if (passed.some(({ state }) => state === 'rechecked' || state === 'due')) return undefined;
  const { health, rechecks } = context.engine;
  const isRechecked = ({ lease }: Usable): boolean =>
    rechecks.askedBy(lease, context.request.id) > 0;
  const worthy = passed
    .filter((verdict) => verdict.state === 'held-back')
    .filter((held) => isRechecked(held) || health.mayProbeEarly(held.standing.marks))
    .sort((one, other) => {
      const [a, b] = [one.standing.mark, other.standing.mark];
      const isFirst = Number(isRechecked(other)) - Number(isRechecked(one));
      return isFirst || a.strikes - b.strikes || a.until - b.until;
    });
  for (const held of worthy) {
    const leased = await claim(context, held, held.standing.marks);
    if (leased !== undefined) return leased;
  }
  return undefined;
}

async function claim(
  context: RequestContext,
  verdict: Usable,
  marks: readonly Mark[],
): Promise<Leased | undefined> {
  return (await holdsOf(context).claim(marks)) ? toProbing(verdict, marks) : undefined;
}

/**
 * It finds out for all who wait whether these marks are over, or whether what has just ended is
 * over for good.
 */
function toProbing({ candidate, lease, secret, login }: Usable, claimed: readonly Mark[]): Leased {
  const probing = {
    probeOf: claimed.map(({ key }) => key),
    probedCauses: claimed.map(({ cause }) => cause),
  };
  const leased = { candidate, lease: { ...lease, ...probing }, secret };
  return login === undefined ? leased : { ...leased, login };
}

/** Until the other request knows; false when it did not say in time. */
async function waitForVerdict(context: RequestContext, lease: Lease): Promise<boolean> {
  const { engine, request, body, budget } = context;
  const { host, rechecks } = engine;
  const text = `another request is asking whether ${lease.label} still works`;
  const about = { requestId: request.id, model: body.model };
  engine.emit({ type: 'waiting', ...about, forMs: 0, text, held: [] });
  const late = new AbortController();
  const over = rechecks.waitFor(lease, AbortSignal.any([request.signal, late.signal]));
  const end = await within(host.clock, Math.min(verdictMs, budget.leftMs), over);
  late.abort();
  // One of those who wait goes on with the series; whoever comes second sees it busy again.
  if (end === 'abandoned') holdsOf(context).recheck(lease);
  return end !== undefined;
}

function tellWait(
  { engine, request, body }: RequestContext,
  forMs: number,
  holds: readonly Hold[],
): void {
  const text =
    forMs === 0
      ? 'waiting its turn: other requests came first'
      : `no model is available right now; retrying in ${(forMs / 1000).toFixed(1)} s`;
  const held = holds.map(
    ({ target: { id: target, origin }, until, mark: { cause, evidence } }) => ({
      target,
      origin,
      cause,
      evidence,
      until,
    }),
  );
  engine.emit({ type: 'waiting', requestId: request.id, model: body.model, forMs, text, held });
}

/**
 * Waits in the queues of all that may come back in time, a moment or until it is called. Returns
 * the earliest end that it waits for; undefined when there is nothing to wait for, or too many wait
 * already.
 */
async function waitInQueue(
  context: RequestContext,
  held: readonly Hold[],
  toldOf: number | undefined,
): Promise<number | undefined> {
  if (held.length === 0) return undefined;
  const { engine, request, route, body, openRecord, budget } = context;
  const now = engine.host.clock.now();
  const until = Math.min(...held.map((one) => one.until));
  if (until !== toldOf) tellWait(context, Math.max(0, until - now), held);
  const forMs = Math.max(...held.map((one) => one.waitEndsAt)) - now;
  context.holds?.release({ isSent: false });
  const isBack = openRecord.waitedAfter !== undefined;
  openRecord.waitedAfter = openRecord.misses.length;
  const marks = [...new Map(held.map(({ mark }) => [mark.key, mark])).values()];
  const routeName = `${route.task} ${route.targets[0]?.target.id}`;
  const waiter = { cameAt: budget.beganAt, route: routeName, bytes: body.byteLength };
  const end = await engine.queues.wait(waiter, marks, { forMs, signal: request.signal, isBack });
  if (end.kind === 'turn') holdsOf(context).turn = end.turn;
  return end.kind === 'full' ? undefined : until;
}
