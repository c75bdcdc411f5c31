/** The state of one request on its way: what was tried, what the budget has left, and its record. Where it may still go is ways.ts. */

import { listLimit } from '../credentials/pool/pool.ts';
import { AccessError, RequestError } from '../errors.ts';
import type { Lease, SecretReading } from '../model/credential.ts';
import type { Decision } from '../model/decision.ts';
import type { Failure } from '../model/failure.ts';
import type { Operation } from '../model/protocol.ts';
import type { AttemptRecord, RequestRecord, SkipRecord } from '../model/record.ts';
import type { AccessRequest, ReplySink } from '../model/request.ts';
import type { Route } from '../model/target.ts';
import type { Protocol, ReadBody } from '../protocols/protocol.ts';
import { Amendments } from './amend/amendments.ts';
import { Budget } from './budget.ts';
import type { ConfiguredRequest, Engine } from './engine.ts';
import type { Outcome } from './reply/outcome.ts';
import { Recovery } from './reply/recover.ts';
import { ReplyWriter } from './reply/reply-writer.ts';
import { type Candidate, createCandidate, type InspectParts, type Place } from './route/candidates.ts';
import { chooseRoute } from './route/route.ts';
import type { Tie } from './route/tie.ts';
import { placesOf, Ways } from './route/ways.ts';
import type { GiveBack } from './tasks/task-slots.ts';
import { planTaskTime, type TaskTime } from './tasks/task-time.ts';
import { Carriage } from './translate/carriage.ts';
import { type Patience, readAnnounced } from './waiting/patience.ts';
import type { Turn, Waiter } from './waiting/wait-queues.ts';
import { describeFailure, operationNouns } from './wording.ts';

/** An attempt that failed, with what is needed to tell of it. */
export interface Miss {
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly failure: Failure;
  readonly text: string;
  readonly held?: () => void;
  /** Set when content had reached the caller, epoch ms. */
  readonly committedAt?: number;
}

/** What a source said when it was asked again after a refusal, and had no secret to give. */
export type SourceFault = Pick<Exclude<SecretReading, { readonly state: 'ok' }>, 'detail' | 'isRevoked'>;

export class Journey {
  readonly engine: Engine;
  readonly request: AccessRequest;
  readonly protocol: Protocol;
  readonly body: ReadBody;
  readonly route: Route;
  /** Where it may still go. */
  readonly ways: Ways;
  /** What the request is changed by on its way. */
  readonly amendments: Amendments;
  /** What becomes of the answer when its stream breaks. */
  readonly recovery: Recovery;
  /** Which targets of other protocols it may go to. */
  readonly carriage: Carriage;
  readonly writer: ReplyWriter;
  /** Absent for `main` and for a model named by the request. */
  readonly taskTime: TaskTime | undefined;
  /** `max_concurrency` of the task; absent: no limit. */
  readonly slots: number | undefined;
  readonly misses: Miss[] = [];
  readonly attempts: AttemptRecord[] = [];
  readonly #skipped = new Map<string, SkipRecord>();
  readonly #repeats = new Map<string, number>();
  readonly #recovered = new Set<string>();
  readonly #notes: string[] = [];
  readonly budget: Budget;
  readonly #ticket: number;
  /** Set while it was called out of a queue. */
  turn: Turn | undefined;
  /** Gives back the place that it has of its task's `max_concurrency`. */
  slot: GiveBack | undefined;
  hasRefusedElsewhere = false;
  /** For capacity, once or more. */
  hasWaited = false;
  /** Until its next attempt, which comes right behind the end of a mark. */
  comesFromWait = false;
  freshConnection = false;

  /** Throws `RequestError` when the body cannot be read or no route fits its model. */
  constructor(engine: Engine, request: ConfiguredRequest, sink: ReplySink) {
    this.engine = engine;
    this.request = request;
    this.protocol = requireProtocol(engine, request);
    this.body = this.protocol.readBody(request.body, request.operation, request.named);
    const config = request.config ?? engine.config();
    const { operation } = request;
    this.route = chooseRoute(config, { model: this.body.model, operation }, engine.modelLists);
    this.ways = new Ways(engine, request, placesOf({ config, pools: engine.pools }, this.route, request));
    if (!engine.unserved.isEmpty) this.#putUnservedLast(operation);
    this.amendments = new Amendments(this.body, engine.learned);
    this.recovery = new Recovery(this.body, request.headers);
    this.carriage = new Carriage(engine, request, this.body);
    this.writer = new ReplyWriter({
      sink,
      clock: engine.host.clock,
      protocol: this.protocol,
      requestId: request.id,
      redact: (value) => engine.redactor.redactLoaded(value),
    });
    const { clock } = engine.host;
    const task = config.tasks?.get(this.route.task);
    this.slots = task?.maxConcurrency;
    this.taskTime =
      task === undefined ? undefined : planTaskTime(task, this.route.targets.length, clock.monotonic());
    this.budget = new Budget(clock, this.taskTime);
    this.#ticket = engine.queues.nextTicket();
    if (this.body.stream) this.writer.expectStream();
  }

  get tie(): Tie | undefined {
    return this.ways.tie;
  }

  /** How long it may wait for capacity. */
  get patience(): Patience {
    const { startedAt, durationMs, leftMs } = this.budget;
    return {
      startedAt,
      isWhole: !this.body.stream,
      announcedMs: readAnnounced(this.request.headers),
      maxWaitMs: this.request.maxWaitMs,
      endsAt: startedAt + durationMs + leftMs,
    };
  }

  /** Its place among those who wait: by when it came. */
  get waiter(): Waiter {
    const route = `${this.route.task} ${this.route.targets[0]?.target.id}`;
    return { ticket: this.#ticket, route, bytes: this.body.byteLength };
  }

  /** From now on only those are asked who understand what the request brings. */
  bind(tie: Tie): void {
    this.ways.tie = tie;
    for (const candidate of this.ways.everyone(listLimit)) {
      const reason = tie.excludes(candidate);
      if (reason !== undefined) this.skip(candidate, { cause: 'bound-to-account', reason });
    }
  }

  /** What a candidate is looked at with, now. */
  inspecting(): InspectParts {
    const { reader, health, host } = this.engine;
    return { reader, health, now: host.clock.now(), operation: this.request.operation };
  }

  /** The time for repeats is used up: servers that kept silent to this request are not asked under another name. */
  leaveSilent(): void {
    if (this.budget.repeatsLeftMs > 0) return;
    const reason = 'its server has kept silent to this request, whose time for repeats is used up';
    const asked = new Set(this.misses.map(({ candidate }) => candidate.target.id));
    const left = this.ways.keepOnly(({ origin }) => this.budget.mayBegin(origin));
    for (const place of left.filter(({ target }) => !asked.has(target.id)))
      this.skip(createCandidate(place, undefined), { cause: 'timeout', reason });
  }

  /** Who waits for capacity takes no place of its task's from others; it takes one again before its next attempt. */
  leaveSlot(): void {
    this.slot?.();
    this.slot = undefined;
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
    this.ways.current = miss.candidate;
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
    outcome: Extract<Outcome, { kind: 'failed' | 'broken' }>;
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
      now: this.engine.host.clock.now(),
    });
    const miss: Miss = { ...bare, text, ...toMissFacts(outcome) };
    this.misses.push(miss);
    const spentMs = outcome.kind === 'broken' ? outcome.silentMs : durationMs;
    this.budget.noteMiss({ ...lease, isBehindWait: this.comesFromWait }, outcome.failure, spentMs);
    this.comesFromWait = false;
    if (outcome.kind === 'broken') this.#noteBrought(outcome);
    else this.recovery.noteUsage(outcome.usage, outcome.failure);
    this.#noteAttempt({ candidate, lease, durationMs, failure: outcome.failure });
    return miss;
  }

  /** The fault of the source stands beside the provider's refusal (law 8); a secret that was withdrawn is no suspect. */
  noteFault(miss: Miss, { detail, isRevoked }: SourceFault): Miss {
    const failure: Failure = {
      ...miss.failure,
      class: isRevoked === true ? 'auth-revoked' : miss.failure.class,
      message: `${miss.failure.message}; ${detail}`,
    };
    const whole: Miss = { ...miss, failure, text: `${miss.text}; ${detail}` };
    this.misses.splice(this.misses.indexOf(miss), 1, whole);
    const last = this.attempts.pop();
    const told = { class: failure.class, rule: failure.evidence.rule, message: failure.message };
    if (last !== undefined) this.attempts.push({ ...last, failure: told });
    return whole;
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
    if (isAnswered) this.#noteBrought(outcome, last?.candidate);
    if (outcome.kind === 'client-gone') this.#noteHangUp();
    const { obstacle } = this.recovery;
    if (failure !== undefined && obstacle !== undefined) this.#notes.push(`not continued: ${obstacle}`);
    return {
      id: this.request.id,
      at: this.budget.startedAt,
      durationMs: this.budget.durationMs,
      task: this.route.task,
      model: this.body.model,
      protocol: this.request.protocol,
      operation: this.request.operation,
      streamed: this.body.stream,
      outcome: outcome.kind,
      ...(isAnswered && last !== undefined ? { answeredBy: last.candidate.target.id } : {}),
      attempts: this.attempts,
      skipped: this.skipped(),
      ...this.recovery.facts(),
      notes: this.#notes,
    };
  }

  /** Where we have hung up on the caller, the reason is ours to tell. */
  #noteHangUp(): void {
    const { reason } = this.request.signal;
    if (reason instanceof AccessError) this.#notes.push(reason.message);
  }

  /** Whose address did not serve this when it was last asked, comes after the others for a while. */
  #putUnservedLast(operation: Operation): void {
    const { unserved } = this.engine;
    const isUnserved = ({ target }: Place): boolean => unserved.until(target, operation) !== undefined;
    for (const { target } of this.ways.putLast(isUnserved))
      this.#notes.push(
        `${target.id} comes after the others: it served no ${operationNouns[operation]} when last asked`,
      );
  }

  /** What a part of the answer has brought belongs to the whole of it. */
  #noteBrought(outcome: Extract<Outcome, { kind: 'answered' | 'broken' }>, candidate?: Candidate): void {
    const { notes, usage, joint } = outcome;
    if (candidate !== undefined) this.#notes.push(...this.amendments.notesFor(candidate.target));
    if (candidate !== undefined) this.#notes.push(...(this.tie?.notesFor(candidate) ?? []));
    this.#notes.push(...notes);
    this.recovery.noteUsage(usage, outcome.kind === 'broken' ? outcome.failure : undefined);
    if (joint !== undefined) this.recovery.noteJoint(joint);
  }

  #noteAttempt(parts: { candidate: Candidate; lease: Lease; durationMs: number; failure?: Failure }): void {
    const { candidate, lease, durationMs, failure } = parts;
    this.attempts.push({
      target: candidate.target.id,
      credential: lease.credentialId,
      fingerprint: lease.fingerprint,
      startedAt: lease.leasedAt,
      durationMs,
      ...(lease.probeOf === undefined ? {} : { isProbe: true }),
      ...(failure?.status === undefined ? {} : { status: failure.status }),
      ...(failure === undefined
        ? {}
        : { failure: { class: failure.class, rule: failure.evidence.rule, message: failure.message } }),
    });
  }
}

function toMissFacts(outcome: Extract<Outcome, { kind: 'failed' | 'broken' }>): Partial<Miss> {
  if (outcome.kind === 'broken') return { committedAt: outcome.committedAt };
  return outcome.held === undefined ? {} : { held: outcome.held };
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
