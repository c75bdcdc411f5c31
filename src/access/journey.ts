/** The state of one request on its way: where it may still go, what was tried, what the budget has left, and its record. */

import { RequestError } from '../errors.ts';
import type { Credential, Lease } from '../model/credential.ts';
import type { Decision } from '../model/decision.ts';
import type { Failure } from '../model/failure.ts';
import type { AttemptRecord, RequestRecord, SkipRecord } from '../model/record.ts';
import type { AccessRequest, ReplySink } from '../model/request.ts';
import type { Route, Target } from '../model/target.ts';
import type { Protocol, ReadBody } from '../protocols/protocol.ts';
import { type Candidate, createCandidate, createPlace, type InspectParts, type Place } from './candidates.ts';
import type { Engine } from './engine.ts';
import type { Outcome } from './outcome.ts';
import { ReplyWriter } from './reply-writer.ts';
import { chooseRoute } from './route.ts';
import { readSession } from './session.ts';
import { planTaskTime, type TaskTime } from './task-time.ts';
import { describeFailure } from './wording.ts';

/** One budget for failed attempts and waits of a request (law 13). */
const attemptBudget = 12;
const timeBudgetMs = 120_000;

const none: readonly Credential[] = [];

/** An attempt that failed, with what is needed to tell of it. */
export interface Miss {
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly failure: Failure;
  readonly text: string;
  readonly held?: () => void;
}

export class Journey {
  readonly engine: Engine;
  readonly request: AccessRequest;
  readonly protocol: Protocol;
  readonly body: ReadBody;
  readonly route: Route;
  readonly places: readonly Place[];
  /** The caller's session, when its headers name one. */
  readonly session: string | undefined;
  readonly writer: ReplyWriter;
  /** Absent for `main` and for a model named by the request. */
  readonly taskTime: TaskTime | undefined;
  /** `max_concurrency` of the task; absent: no limit. */
  readonly slots: number | undefined;
  readonly misses: Miss[] = [];
  readonly attempts: AttemptRecord[] = [];
  readonly #skipped = new Map<string, SkipRecord>();
  readonly #left = new Set<string>();
  readonly #leftTargets = new Set<string>();
  readonly #leftSecrets = new Set<string>();
  readonly #repeats = new Map<string, number>();
  readonly #recovered = new Set<string>();
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  /** Asked again next, before any other. */
  current: Candidate | undefined;
  spentMs = 0;
  hasRefusedElsewhere = false;
  freshConnection = false;

  /** Throws `RequestError` when the body cannot be read or no route fits its model. */
  constructor(engine: Engine, request: AccessRequest, sink: ReplySink) {
    this.engine = engine;
    this.request = request;
    this.protocol = requireProtocol(engine, request);
    this.body = this.protocol.readBody(request.body, request.operation);
    const config = engine.config();
    this.route = chooseRoute(config, this.body.model);
    this.places = this.route.targets
      .filter(({ target }) => target.protocol === request.protocol)
      .map(({ target, reason }) => {
        const credentials = config.pools.get(target.pool) ?? none;
        const selection = config.selections?.get(target.pool);
        return createPlace(target, reason, engine.pools.poolFor(target, credentials, selection));
      });
    this.session = readSession(request.headers);
    this.writer = new ReplyWriter({
      sink,
      clock: engine.host.clock,
      protocol: this.protocol,
      requestId: request.id,
    });
    this.#startedAt = engine.host.clock.now();
    this.#startedMonotonic = engine.host.clock.monotonic();
    const task = config.tasks?.get(this.route.task);
    this.slots = task?.maxConcurrency;
    this.taskTime =
      task === undefined ? undefined : planTaskTime(task, this.route.targets.length, this.#startedMonotonic);
    if (this.body.stream) this.writer.expectStream();
  }

  get attemptsLeft(): number {
    return attemptBudget - this.attempts.length;
  }

  get budgetLeftMs(): number {
    const ownMs = timeBudgetMs - this.spentMs;
    return this.taskTime === undefined ? ownMs : Math.min(ownMs, this.taskLeftMs);
  }

  /** What the task as a whole has left; `Infinity` where it has no limit. */
  get taskLeftMs(): number {
    if (this.taskTime === undefined) return Number.POSITIVE_INFINITY;
    return this.taskTime.endsAt - this.engine.host.clock.monotonic();
  }

  /** Targets that were not left yet, in order. */
  placesLeft(): readonly Place[] {
    return this.places.filter(({ target }) => !this.#leftTargets.has(target.id));
  }

  /** Candidates that were not left yet: the one to be asked again, then target by target in the order of each pool. */
  *inOrder(): Iterable<Candidate> {
    const { current } = this;
    if (current !== undefined) yield current;
    for (const place of this.placesLeft()) {
      for (const candidate of this.candidatesOf(place)) if (candidate.key !== current?.key) yield candidate;
    }
  }

  /** Candidates of one target that were not left yet; the session's own first. */
  *candidatesOf(place: Place): Iterable<Candidate> {
    const { target, pool } = place;
    if (pool === undefined) {
      if (!this.#left.has(target.id)) yield createCandidate(place, undefined);
      return;
    }
    const bound = this.#boundCredential(place);
    if (bound !== undefined && !this.#left.has(bound.key)) yield bound;
    const { clock } = this.engine.host;
    for (const credential of pool.walk(clock.now(), this.engine.health.releasesOf(target.origin))) {
      const candidate = createCandidate(place, credential);
      if (candidate.key !== bound?.key && !this.#left.has(candidate.key)) yield candidate;
    }
  }

  /** What a candidate is looked at with, now. */
  inspecting(): InspectParts {
    const { reader, health, host } = this.engine;
    return { reader, health, now: host.clock.now() };
  }

  leave(candidate: Candidate, fingerprint: string): void {
    this.#left.add(candidate.key);
    this.#leftSecrets.add(`${candidate.target.id} ${fingerprint}`);
    if (this.current === candidate) this.current = undefined;
  }

  leaveTarget(target: Target): void {
    this.#leftTargets.add(target.id);
    if (this.current?.target.id === target.id) this.current = undefined;
  }

  /** The same secret under another name is no other credential (B62). */
  hasLeftSecret(target: Target, fingerprint: string): boolean {
    return this.#leftSecrets.size > 0 && this.#leftSecrets.has(`${target.id} ${fingerprint}`);
  }

  /** Leaves every target that the predicate does not keep. */
  keepOnly(keeps: (target: Target) => boolean): void {
    for (const { target } of this.placesLeft()) if (!keeps(target)) this.leaveTarget(target);
  }

  skip(candidate: Candidate, record: Omit<SkipRecord, 'target' | 'credential'>): void {
    const { target, credential } = candidate;
    this.#skipped.set(candidate.key, {
      target: target.id,
      ...(credential === undefined ? {} : { credential: credential.id }),
      ...record,
    });
  }

  skipped(): readonly SkipRecord[] {
    return [...this.#skipped.values()];
  }

  repeatsOf(miss: Miss): number {
    return this.#repeats.get(repeatKey(miss)) ?? 0;
  }

  noteRepeat(miss: Miss): void {
    this.#repeats.set(repeatKey(miss), this.repeatsOf(miss) + 1);
    this.current = miss.candidate;
  }

  hasRecovered(fingerprint: string): boolean {
    return this.#recovered.has(fingerprint);
  }

  noteRecovered(fingerprint: string): void {
    this.#recovered.add(fingerprint);
  }

  /** Writes down a failed attempt and returns it in words. */
  noteMiss(parts: {
    candidate: Candidate;
    lease: Lease;
    outcome: Extract<Outcome, { kind: 'failed' }>;
    durationMs: number;
  }): Miss {
    const { candidate, lease, outcome, durationMs } = parts;
    const provenAt = this.engine.health.provenAt(lease.origin, lease.fingerprint);
    const bare: Miss = { candidate, lease, failure: outcome.failure, text: '' };
    const repeats = this.repeatsOf(bare);
    const text = describeFailure({
      failure: outcome.failure,
      target: candidate.target,
      lease,
      provenAt,
      repeats,
    });
    const miss: Miss = { ...bare, text, ...(outcome.held === undefined ? {} : { held: outcome.held }) };
    this.misses.push(miss);
    this.spentMs += durationMs;
    this.#noteAttempt({ candidate, lease, durationMs, failure: outcome.failure });
    return miss;
  }

  noteDecision(decision: Decision): void {
    const last = this.attempts.pop();
    if (last !== undefined) this.attempts.push({ ...last, decision });
  }

  /** The record of a request that has ended. */
  finish(outcome: Outcome, last?: { candidate: Candidate; lease: Lease; durationMs: number }): RequestRecord {
    const failure = outcome.kind === 'broken' ? outcome.failure : undefined;
    if (last !== undefined && outcome.kind !== 'failed') {
      this.#noteAttempt({ ...last, ...(failure === undefined ? {} : { failure }) });
    }
    const isAnswered = outcome.kind === 'answered' || outcome.kind === 'broken';
    return {
      id: this.request.id,
      at: this.#startedAt,
      durationMs: this.engine.host.clock.monotonic() - this.#startedMonotonic,
      task: this.route.task,
      model: this.body.model,
      protocol: this.request.protocol,
      operation: this.request.operation,
      streamed: this.body.stream,
      outcome: outcome.kind,
      ...(isAnswered && last !== undefined ? { answeredBy: last.candidate.target.id } : {}),
      attempts: this.attempts,
      skipped: this.skipped(),
      ...(outcome.kind === 'answered' && outcome.usage !== undefined ? { usage: outcome.usage } : {}),
      notes: isAnswered ? outcome.notes : [],
    };
  }

  #boundCredential(place: Place): Candidate | undefined {
    const { pool, target } = place;
    if (this.session === undefined || pool === undefined || pool.credentials.length < 2) return undefined;
    const id = this.engine.stickiness.find(this.session, target.id);
    const credential = id === undefined ? undefined : pool.find(id);
    return credential === undefined ? undefined : createCandidate(place, credential);
  }

  #noteAttempt(parts: { candidate: Candidate; lease: Lease; durationMs: number; failure?: Failure }): void {
    const { candidate, lease, durationMs, failure } = parts;
    this.attempts.push({
      target: candidate.target.id,
      credential: lease.credentialId,
      fingerprint: lease.fingerprint,
      startedAt: lease.leasedAt,
      durationMs,
      ...(failure?.status === undefined ? {} : { status: failure.status }),
      ...(failure === undefined
        ? {}
        : { failure: { class: failure.class, rule: failure.evidence.rule, message: failure.message } }),
    });
  }
}

function repeatKey(miss: Miss): string {
  return `${miss.candidate.key} ${miss.lease.fingerprint} ${miss.failure.class}`;
}

function requireProtocol(engine: Engine, request: AccessRequest): Protocol {
  const protocol = engine.protocols[request.protocol];
  if (protocol !== undefined) return protocol;
  throw new RequestError('route-unknown', `the protocol ${request.protocol} is not spoken here`, {
    status: 404,
  });
}
