/**
 * One attempt on the wire, to one target with one lease (step 3 of a request). Nothing else in the
 * loop sends.
 */

import { RequestError } from '../../errors.ts';
import type { Timer, UpstreamCall, UpstreamHandler } from '../../host.ts';
import type { EngineEvent } from '../../model/events.ts';
import type { Failure, ProviderAnswer } from '../../model/failure.ts';
import type { Pace } from '../../model/protocol.ts';
import type { Headers, WireBody } from '../../model/request.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import { joinHeaders } from '../../transport/added.ts';
import { Deadline, type EffectiveLimits, type LimitName } from '../../transport/deadlines.ts';
import { sendAttempt } from '../../transport/sender.ts';
import { isEvents } from '../../transport/sse.ts';
import { ByteRelay, isPassedAsBytes } from '../answer/byte-relay.ts';
import type { AnswerReader, AttemptPlan, OngoingAttempt, Outcome } from '../answer/outcome.ts';
import { StreamRelay } from '../answer/stream-relay.ts';
import { beginTranslation, describeThrown, type TranslatedCall } from '../answer/translate.ts';
import { TranslatedStream } from '../answer/translated-stream.ts';
import { UntypedAnswer } from '../answer/untyped-answer.ts';
import { BodyReader, ErrorReader } from '../answer/whole-readers.ts';
import { classifyException, findAnswer } from '../classify/classify-exception.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { keepFailure } from '../classify/kept-words.ts';
import { pickLimitHeaders } from '../memory/lessons.ts';
import { bodyOfLogin } from '../request/caller-login.ts';
import { watchCallerLimit } from '../request/departed-callers.ts';
import { estimateSoFar, nothingUsed } from '../spending/estimate.ts';
import { leftUnread, type TaskTime, watchTaskTime } from '../tasks/task-time.ts';
import { classifyOf, lateFailure, withoutSecrets } from './attempt-failure.ts';
import { headersOf } from './attempt-headers.ts';
import {
  choosePace,
  lastLimits,
  noteHead,
  noteHeadless,
  noteReading,
  planLimits,
} from './attempt-limits.ts';

/** Rejects only for a bug of ours, so that the request does not hang. */
export function attempt(plan: AttemptPlan): Promise<Outcome> {
  const { signal } = plan.request;
  if (signal.aborted)
    return Promise.resolve({ kind: 'client-gone', usage: nothingUsed, isSilent: false });
  const end = Promise.withResolvers<Outcome>();
  new Attempt(plan, end).start();
  return end.promise;
}

/** Connects the upstream's events with one outcome. */
class Attempt implements UpstreamHandler, OngoingAttempt {
  readonly plan: AttemptPlan;
  readonly pace: Pace;
  readonly limits: EffectiveLimits;
  readonly deadline: Deadline;
  readonly startedAt: number;
  readonly #end: PromiseWithResolvers<Outcome>;
  #call: UpstreamCall | undefined;
  /** Present if the target speaks another protocol. */
  #translated: TranslatedCall | undefined;
  #reader: AnswerReader | undefined;
  #taskTimer: Timer | undefined;
  #callerTimer: Timer | undefined;
  /** Monotonic ms. */
  #lastByteAt: number;
  /** The silence before the connection was closed, in ms. */
  #silentMs = 0;
  #isPaused = false;
  #isSettled = false;
  /** A local server may have loaded its model first. */
  readonly #wasCold: boolean;
  readonly #asking: Extract<EngineEvent, { readonly type: 'asking' }>;

  constructor(plan: AttemptPlan, end: PromiseWithResolvers<Outcome>) {
    this.plan = plan;
    this.#end = end;
    const { request, body, target } = plan;
    const { id, origin } = target;
    this.#asking = { type: 'asking', requestId: request.id, model: body.model, target: id, origin };
    this.pace = choosePace(plan.body, plan.target);
    this.startedAt = plan.engine.host.clock.monotonic();
    const { limits, wasCold } = planLimits(plan, this.pace, this.startedAt);
    this.limits = limits;
    this.#wasCold = wasCold;
    this.#lastByteAt = this.startedAt;
    this.deadline = new Deadline(plan.engine.host.clock, (limit, ms) => this.#onExpired(limit, ms));
  }

  start(): void {
    const { engine, request, protocol, target, body, continuation, login } = this.plan;
    engine.emit(this.#asking);
    request.signal.addEventListener('abort', this.#onClientGone, { once: true });
    if (this.pace === 'whole') this.#watchWhole();
    else this.deadline.watch('response head', this.limits.responseHeadMs);
    if (this.plan.taskTime !== undefined) this.#watchTaskTime(this.plan.taskTime);
    try {
      if (target.protocol !== protocol.name) this.#translate();
      else if (continuation === undefined)
        this.#send(protocol, login === undefined ? body.encodeFor(target) : bodyOfLogin(this.plan));
      else this.#send(protocol, body.encodeContinuation(target, continuation));
    } catch (error) {
      this.#break(error); // its limits must not run on
    }
  }

  /** `more`: headers that the translation puts over the client's. */
  #send(spoken: Protocol, body: WireBody, more?: Headers): void {
    const {
      engine,
      request,
      body: asked,
      continuation,
      target,
      lease,
      secret,
      login,
      freshConnection = false,
    } = this.plan;
    const isTraced = request.isTraced === true && login === undefined;
    const isChanged = isTraced || continuation !== undefined;
    const headers = isChanged ? headersOf(this.plan) : request.headers;
    const named = { model: target.model, isStreamed: asked.stream, method: request.named?.method };
    const path = spoken.paths[request.operation] ?? '';
    this.#call = sendAttempt(
      engine.host,
      {
        target,
        request,
        path: spoken.completePath?.(path, named) ?? path,
        body,
        clientHeaders: more === undefined ? headers : joinHeaders(headers, more),
        allowedHeaders: spoken.requestHeaders,
        openHeaders: spoken.openHeaders,
        defaultHeaders: spoken.defaultHeaders,
        secret,
        login,
        secretOrigin: lease.origin,
        freshConnection,
      },
      this,
    );
    if (this.#isSettled) this.#call.abort();
  }

  /** The target speaks another protocol than the client. */
  #translate(): void {
    try {
      const { call, body, headers } = beginTranslation(this.plan);
      this.#translated = call;
      this.#send(call.spoken, body, headers);
    } catch (error) {
      if (error instanceof RequestError && error.code === 'busy') throw error; // not a fault of the target
      const failure = createFailure('unknown', 'untranslatable', describeThrown(error));
      this.#fail(this.#keep({ ...failure, isUnsent: true }));
    }
  }

  // These callbacks must not throw into the transport: it would swallow the error, and the caller
  // would wait for ever.
  onHead(status: number, headers: Headers): void {
    const { engine, lease, target, phases, onHead } = this.plan;
    this.#lastByteAt = engine.host.clock.monotonic();
    if (this.#isSettled) return;
    if (phases !== undefined) phases.headMs = this.#lastByteAt - this.startedAt;
    const isGood = status >= 200 && status <= 299;
    try {
      this.plan.login?.noteAnswer(headers);
      const said = pickLimitHeaders(status, headers);
      if (said !== undefined) {
        const asOf = engine.host.clock.now();
        engine.limits.note(lease, { headers: said, isGood, vendor: target.vendor, asOf });
      }
      if (isGood) onHead?.();
      const isTelling = isGood && this.pace !== 'whole' && !this.#wasCold;
      noteHead(this.plan, isTelling ? this.#lastByteAt - this.startedAt : undefined);
      this.#reader = isGood
        ? this.#chooseReader(status, headers)
        : new ErrorReader(this, status, headers);
    } catch (error) {
      this.#break(error);
    }
  }

  onData(chunk: Buffer): void {
    this.#lastByteAt = this.plan.engine.host.clock.monotonic();
    if (this.#isSettled) return;
    if (this.deadline.limit === 'byte') this.deadline.noteLife();
    try {
      this.#reader?.push(chunk);
    } catch (error) {
      this.#break(error);
    }
  }

  onConnection(isOpen: boolean): void {
    const connection = isOpen ? 'open' : 'opening';
    const { engine, phases } = this.plan;
    if (isOpen && phases !== undefined)
      phases.connectMs = engine.host.clock.monotonic() - this.startedAt;
    if (!this.#isSettled) engine.emit({ ...this.#asking, connection });
  }

  onResent(): void {
    this.plan.onResent?.();
  }

  onEnd(): void {
    this.#noteClose();
    this.#guard(() => this.#reader?.end());
  }

  onError(error: Error, isUnsent: boolean): void {
    this.#noteClose();
    this.#guard(() => {
      const answer = findAnswer(error);
      this.#fail(
        answer === undefined
          ? this.#keep(classifyException(error, { hasHead: this.#reader !== undefined, isUnsent }))
          : this.classify(answer),
      );
    });
  }

  pause(): void {
    this.#isPaused = true;
    this.#call?.pause();
    this.deadline.stop();
  }

  resume(): void {
    if (this.#isSettled) return;
    this.#isPaused = false;
    this.deadline.noteContent();
    this.deadline.noteLife();
    this.#call?.resume();
  }

  classify(answer: ProviderAnswer): CutFailure {
    return this.#keep(classifyOf(this.plan, answer));
  }

  /** Removes quotes of the request and of the answer so far (law 2). */
  #keep(failure: Failure): CutFailure {
    return keepFailure(failure, this.plan, this.#reader);
  }

  /** Settles the one outcome and ends the upstream request. */
  settle(outcome: Outcome): void {
    if (this.#isSettled) return;
    this.#release();
    if (outcome.kind === 'answered' && this.plan.target.isLocal === true)
      noteReading(this, outcome.usage, this.#wasCold);
    if (outcome.kind === 'answered' || outcome.kind === 'broken')
      this.#translated?.noteCached?.(outcome.usage);
    const hasFailed = outcome.kind === 'failed' || outcome.kind === 'broken';
    if (!hasFailed) this.#end.resolve(outcome);
    else {
      const heard = { answer: this.#reader, silentMs: this.#silentMs };
      this.#end.resolve(withoutSecrets(outcome, this.plan, heard));
    }
  }

  #noteClose(): void {
    this.#silentMs = this.plan.engine.host.clock.monotonic() - this.#lastByteAt;
  }

  #release(): void {
    this.#isSettled = true;
    this.deadline.stop();
    this.#taskTimer?.cancel();
    this.#callerTimer?.cancel();
    this.plan.request.signal.removeEventListener('abort', this.#onClientGone);
    this.#call?.abort();
  }

  #guard(step: () => void): void {
    if (this.#isSettled) return;
    try {
      step();
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): void {
    this.#release();
    this.#end.reject(error);
  }

  #chooseReader(status: number, headers: Headers): AnswerReader {
    const { passage } = this.plan.request;
    if (passage !== undefined && isPassedAsBytes(passage, headers))
      return new ByteRelay(this, status, headers);
    const isStreamed = this.plan.body.stream;
    const translated = this.#translated;
    if (isStreamed && isEvents(headers))
      return translated === undefined
        ? new StreamRelay(this, headers)
        : new TranslatedStream(this, headers, translated);
    const body = new BodyReader(this, { status, headers }, translated);
    const events = { ...headers, 'content-type': 'text/event-stream' };
    const readEvents = (): AnswerReader => {
      this.#reader = this.#chooseReader(status, events);
      return this.#reader;
    };
    return isStreamed ? new UntypedAnswer(body, readEvents) : body;
  }

  #watchWhole(): void {
    this.deadline.watch('whole body', this.limits.wholeMs);
    const isSilent = (): boolean => this.#reader === undefined;
    this.#callerTimer = watchCallerLimit(this.plan, isSilent, (failure) =>
      this.#guard(() => this.#fail(failure)),
    );
  }

  /** While the caller does not read, the target is not late. */
  #watchTaskTime(taskTime: TaskTime): void {
    this.#taskTimer = watchTaskTime(this.plan.engine.host.clock, taskTime, (failure) =>
      this.#guard(() => this.#fail(this.#isPaused ? leftUnread(taskTime) : failure)),
    );
  }

  readonly #onClientGone = (): void => {
    this.plan.writer.abandon();
    const usage = estimateSoFar(this.plan, this.#reader);
    const made = this.#reader?.watch?.made;
    this.settle({ kind: 'client-gone', usage, made, isSilent: this.#reader === undefined });
  };

  #onExpired(limit: LimitName, afterMs: number): void {
    const lastMs = lastLimits[limit](this, afterMs);
    if (lastMs > afterMs && this.plan.isLastTarget?.() !== false) {
      this.deadline.extend(limit, lastMs);
      return;
    }
    if (limit === 'response head') noteHeadless(this.plan, afterMs);
    const failure = lateFailure(limit, this.plan.target.provider, afterMs);
    this.#guard(() => this.#fail(failure));
  }

  #fail(failure: CutFailure): void {
    if (this.#reader === undefined) this.settle({ kind: 'failed', failure });
    else this.#reader.fail(failure);
  }
}
