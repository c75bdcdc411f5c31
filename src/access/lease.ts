/** Step 2 of a request: which candidate carries the next attempt, or why none can. A choice over marks; nothing is sent here. */

import type { Standing } from '../credentials/health/health.ts';
import type { Lease, Secret } from '../model/credential.ts';
import type { Mark } from '../model/failure.ts';
import { describeBench } from './exhaustion.ts';
import type { Journey } from './journey.ts';
import { probeLifeMs } from './reply/pace.ts';
import {
  type Candidate,
  inspectCandidate,
  judgeReading,
  type Missing,
  type Ready,
} from './route/candidates.ts';

export interface Leased {
  readonly kind: 'leased';
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
}

/** Nobody can be asked; why, stands with the journey. */
export interface NoneFree {
  readonly kind: 'none';
}

/** While somebody else probes, its verdict is looked for this often. */
const verdictPollMs = 250;
/** Who waits for an end looks around this often: a reset, a new key or a probe that is allowed by then ends the wait. */
const lookAgainMs = 1000;
/** Of a large pool that is benched whole, this many are thought of for an early probe. */
const asideLimit = 32;

type Benched = Extract<Standing, { readonly state: 'benched' }>;
type BenchedOption = Benched & { readonly option: Ready };

/** What stood in the way of those who were looked at. */
class Survey {
  readonly benched: BenchedOption[] = [];
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
  return journey.engine.rechecks.isBusy(found.lease, journey.request.id) ? undefined : toLeased(found);
}

/** Takes the first candidate that is free or due for its probe; else an early probe; else waits when that fits the budget; else none. */
export async function chooseLease(journey: Journey): Promise<Leased | NoneFree> {
  let toldOf: number | undefined;
  for (;;) {
    const survey = new Survey();
    const leased = (await takeFirst(journey, survey)) ?? (await takeAside(journey, survey));
    if (leased !== undefined) return leased;
    const until = earliestEnd(survey);
    if (journey.attemptsLeft <= 0 || journey.budgetLeftMs <= 0) return noneFree(journey, survey);
    if (survey.rechecked !== undefined) {
      await waitForVerdict(journey, survey.rechecked.lease);
      continue;
    }
    if (!(await waitForEnd(journey, survey, until !== toldOf))) return noneFree(journey, survey);
    toldOf = until;
  }
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
    survey.benched.push({ option, ...standing });
    return undefined;
  }
  if (journey.engine.rechecks.isBusy(lease, journey.request.id)) {
    survey.rechecked ??= option;
    return undefined;
  }
  if (standing.state !== 'due') return toLeased(option);
  const probe = await claim(journey, option, standing.marks);
  survey.isProbed ||= probe === undefined;
  return probe;
}

/** A key that is tested, and a model that a person has picked: then lack of money is believed again only once it is said again. */
function isAskedAllTheSame({ request, misses }: Journey, { marks }: Benched): boolean {
  if (request.onlyCredential !== undefined) return true;
  return request.isPicked === true && misses.length === 0 && marks.every(({ cause }) => cause === 'billing');
}

function noteBenched(journey: Journey, { candidate }: Ready, { mark, until }: Benched): void {
  const { place, credential } = candidate;
  journey.skip(candidate, describeBench(mark, until));
  if (credential !== undefined) place.pool?.setAside(credential, until);
}

/** Nobody who was looked at is free: those whom a large pool had set aside may be by now, or one of all is probed. */
async function takeAside(journey: Journey, survey: Survey): Promise<Leased | undefined> {
  for (const option of surveyAside(journey, survey)) {
    const leased = await takeIfFree(journey, option, survey);
    if (leased !== undefined) return leased;
  }
  return takeEarlyProbe(journey, survey);
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

/** Those whom a large pool had set aside are benched too, and belong in the record; but for those whose secret was replaced since. */
function surveyAside(journey: Journey, survey: Survey): readonly Ready[] {
  const free: Ready[] = [];
  for (const place of journey.ways.placesLeft()) {
    for (const candidate of journey.ways.asideOf(place, asideLimit)) {
      const option = inspectCandidate(candidate, journey.inspecting());
      if (option.state !== 'ready') continue;
      if (option.standing.state !== 'benched') free.push(option);
      else if (!survey.benched.some(({ option: known }) => known.candidate.key === option.candidate.key)) {
        noteBenched(journey, option, option.standing);
        survey.benched.push({ option, ...option.standing });
      }
    }
  }
  return free;
}

async function claim(journey: Journey, option: Ready, marks: readonly Mark[]): Promise<Leased | undefined> {
  const forMs = probeLifeMs(journey.body, option.candidate.target);
  const isOurs = await journey.engine.health.claimProbes(marks, journey.request.id, forMs);
  if (!isOurs) return undefined;
  const { candidate, lease, secret } = option;
  return { kind: 'leased', candidate, lease: { ...lease, probeOf: marks.map(({ key }) => key) }, secret };
}

function toLeased({ candidate, lease, secret }: Ready): Leased {
  return { kind: 'leased', candidate, lease, secret };
}

function earliestEnd({ benched }: Survey): number | undefined {
  return benched.length === 0 ? undefined : Math.min(...benched.map(({ until }) => until));
}

/** Until the other request knows, or as long as the budget lasts. */
async function waitForVerdict(journey: Journey, lease: Lease): Promise<void> {
  const { host, rechecks } = journey.engine;
  const { signal } = journey.request;
  const before = host.clock.monotonic();
  const patience = new AbortController();
  const timer = host.clock.startTimer(journey.budgetLeftMs, () => patience.abort());
  try {
    const end = await rechecks.waitFor(lease, AbortSignal.any([signal, patience.signal]));
    // One of those who wait takes over; whoever comes second sees it busy again.
    if (end === 'abandoned') rechecks.begin(lease, journey.request.id);
  } catch (error) {
    if (signal.aborted || !patience.signal.aborted) throw error;
  } finally {
    timer.cancel();
  }
  journey.spentMs += host.clock.monotonic() - before;
}

/** Waits a moment of the way to the earliest end. False when there is no end to wait for, or it lies beyond the budget. */
async function waitForEnd(journey: Journey, survey: Survey, isNews: boolean): Promise<boolean> {
  const { host, emit } = journey.engine;
  const until = earliestEnd(survey);
  if (until === undefined && !survey.isProbed) return false;
  const waitMs = survey.isProbed ? verdictPollMs : Math.max(verdictPollMs, (until ?? 0) - host.clock.now());
  if (waitMs > journey.budgetLeftMs) return false;
  const text = `every candidate is benched; waiting ${(waitMs / 1000).toFixed(1)} s for the first`;
  if (isNews && waitMs > verdictPollMs)
    emit({ type: 'waiting', requestId: journey.request.id, forMs: waitMs, text });
  const sliceMs = Math.min(waitMs, lookAgainMs);
  await host.clock.sleep(sliceMs, journey.request.signal);
  journey.spentMs += sliceMs;
  return true;
}
