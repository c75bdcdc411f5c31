/**
 * Relays one stream: whole events, byte for byte, after a look at each. Holds everything until the
 * first content event (the commit, law 16), drops malformed events, and never lets a cut or a hole
 * look like an end (law 17). `ContinuedStream` rewrites the events of a continuation.
 */

import { assertNever } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';
import type {
  Delivered,
  EventVerdict,
  StreamWatch,
} from '../../protocols/contract/watched-stream.ts';
import type { ToldEvent } from '../../protocols/translation/neutral.ts';
import { type SseFrame, SseSplitter, writeEvent } from '../../transport/sse.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import { estimateSoFar } from '../spending/estimate.ts';
import type { JudgedMiss, JudgedStream } from '../tasks/task-judge.ts';
import { ContinuedStream, createDiverged } from './continued-stream.ts';
import { DataLinesOnly } from './data-lines-only.ts';
import { createBroken, explainEmptiness, findEmptiness, hasWorked, noteOddEnd } from './ending.ts';
import { FrameJudge } from './frame-judge.ts';
import type { AnswerReader, OngoingAttempt, RelaySource } from './outcome.ts';
import {
  afterFinishMs,
  endlessEvent,
  endlessPreamble,
  eventLimit,
  heldLimit,
  missingMarker,
} from './stream-limits.ts';

export class StreamRelay implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #headers: Headers;
  readonly #splitter = new SseSplitter();
  readonly watch: StreamWatch;
  readonly #judge: FrameJudge;
  readonly #continued: ContinuedStream | undefined;
  /** Present if clients of the protocol read nothing but data lines. */
  readonly #strict: DataLinesOnly | undefined;
  /** Present if all of it must be judged before anything is sent. */
  readonly #judged: JudgedStream | undefined;
  readonly #notes: string[] = [];
  #pending: Buffer[] = [];
  /** Events that end a text: sent with what follows them, and dropped if the answer breaks. */
  readonly #closing: Buffer[] = [];
  #heldBytes = 0;
  readonly #mostHeld: number;
  /** Events from a failure's finish on: sent only if nobody has a better answer. */
  readonly #brokenEnd: SseFrame[] = [];
  /** How the answer ended, in the target's words. */
  readonly #spoken: Pick<StreamWatch, 'finish'>;
  readonly #outcome: Pick<OngoingAttempt, 'settle'>;
  #lack: CutFailure | undefined; // why the answer has no text; reasoning alone is none
  #committedAt: number | undefined;
  /** Some of it has reached the caller. */
  #hasBegun = false;

  /** `source`: the answer is written by us, as an answer in other words. */
  constructor(attempt: OngoingAttempt, headers: Headers, source?: RelaySource) {
    this.#attempt = attempt;
    this.#outcome = source ?? attempt;
    this.#headers = headers;
    const { plan } = attempt;
    const { protocol, continuation, keepsText = false, target } = plan;
    this.#judged = plan.judge?.follow(plan.target);
    this.#mostHeld = this.#judged === undefined ? heldLimit : eventLimit;
    this.watch = new protocol.StreamWatch({ choices: plan.body.choices, keepsText });
    this.#spoken = source?.spoken ?? this.watch;
    this.#judge = new FrameJudge(protocol, this.watch);
    if (protocol.takesNoComments === true) this.#strict = new DataLinesOnly(plan.engine.host.clock);
    if (continuation !== undefined)
      this.#continued = new ContinuedStream(protocol, continuation, target.id);
    attempt.deadline.awaitContent(attempt.limits, attempt.startedAt);
  }

  push(chunk: Buffer): void {
    for (const frame of this.#splitter.push(chunk)) {
      const verdict = this.#judge.push(frame);
      if (this.#take(verdict, this.#strict?.only(frame) ?? frame)) return;
    }
    this.#flush();
    if (this.#heldBytes > this.#mostHeld) this.fail(endlessPreamble());
    else if (this.#splitter.unfinishedBytes > eventLimit) this.fail(endlessEvent());
  }

  /** Takes our own events, which need no splitting and parsing; one buffer for a continuation. */
  tell(events: readonly ToldEvent[]): void {
    let [text, isContent] = ['', false];
    for (const { name, data, event } of events) {
      const eventText = writeEvent(data, name);
      this.#judged?.push(event);
      const verdict = event === undefined ? 'terminal' : this.watch.follow(event);
      const isRelayed = this.#hasBegun && this.#continued === undefined;
      if (isRelayed && (verdict === 'content' || verdict === 'silent')) {
        text += eventText;
        isContent ||= verdict === 'content';
        continue;
      }
      if (text !== '') this.#goOn(Buffer.from(text), isContent);
      text = '';
      if (this.#take(verdict, { raw: Buffer.from(eventText), data })) return;
    }
    if (text !== '') this.#goOn(Buffer.from(text), isContent);
    this.#flush();
    if (this.#heldBytes > this.#mostHeld) this.fail(endlessPreamble());
  }

  #goOn(bytes: Buffer | undefined, isContent: boolean): void {
    if (this.#closing.length > 0) this.#close();
    this.#hold(bytes);
    if (isContent) this.#noteContent();
    else this.#noteSilence();
  }

  end(): void {
    const last = this.#splitter.end();
    const verdict = last && this.#judge.pushLast(last);
    if (last !== undefined && verdict !== undefined)
      if (this.#take(verdict, this.#strict?.only(last) ?? last)) return;
    const failure = this.#judge.endFailure(this.#headers, (answer) =>
      this.#attempt.classify(answer),
    );
    this.#conclude(failure, missingMarker(this.#attempt.plan.protocol));
  }

  fail(failure: CutFailure): void {
    this.#conclude(failure, 'the stream did not end by itself after its finish reason');
  }

  /** After its finish reason the answer is complete, with a note. */
  #conclude(failure: CutFailure, note: string | undefined): void {
    if (this.watch.hasFinished) this.#finish(undefined, note);
    else this.#break(failure);
  }

  /**
   * If the caller has nothing yet, another attempt answers; otherwise the next attempt must know
   * the caller's part.
   */
  #break(failure: CutFailure, held?: () => void): void {
    if (!this.#hasBegun) {
      this.#outcome.settle({ kind: 'failed', failure, usage: this.watch.usage, held });
      return;
    }
    this.#flush();
    const brought = this.watch.delivered();
    this.#settleBroken(failure, this.#continued?.delivered(brought) ?? brought, held);
  }

  #settleBroken(failure: CutFailure, delivered: Delivered | undefined, held?: () => void): void {
    const { deadline, plan } = this.#attempt;
    this.#outcome.settle({
      kind: 'broken',
      failure,
      notes: this.#judge.withDropped(this.#notes),
      usage: estimateSoFar(plan, this),
      made: this.watch.made,
      delivered,
      committedAt: this.#committedAt ?? plan.lease.leasedAt,
      silentMs: deadline.elapsedMs(),
      joint: this.#continued?.joint(),
      held,
    });
  }

  /** Takes one event; returns true when the stream is over with it. */
  #take(verdict: EventVerdict, frame: SseFrame): boolean {
    const { raw, data = '' } = frame;
    if (this.watch.finish.kind === 'broken' && verdict !== 'error')
      return this.#holdEnd(verdict, frame);
    this.#judged?.push(this.watch.event);
    switch (verdict) {
      case 'closing': // the continued stream ends a text by itself
        if (this.#continued === undefined) this.#closing.push(raw);
        this.#noteSilence();
        return false;
      case 'content':
      case 'silent':
        this.#goOn(
          this.#continued === undefined ? raw : this.#continued.rewrite(data),
          verdict === 'content',
        );
        return this.#continued !== undefined && this.#hasDiverged(this.#continued);
      case 'ping':
        return this.#takeSignOfLife(raw);
      case 'malformed':
        return false;
      case 'error':
        this.#failInBand();
        return true;
      case 'terminal':
        this.#finish(frame);
        return true;
      default:
        return assertNever(verdict);
    }
  }

  /** A comment or ping shows life but is not content (law 13), and a continuation drops it. */
  #takeSignOfLife(raw: Buffer): false {
    if (this.#continued === undefined)
      this.#hold(this.#strict === undefined ? raw : this.#strict.signOfLife());
    if (this.watch.hasContent) this.#attempt.deadline.noteLife();
    return false;
  }

  /** The provider reported that the answer failed. The rest is read to its end, for its tokens. */
  #holdEnd(verdict: EventVerdict, frame: SseFrame): boolean {
    if (verdict === 'terminal') this.#breakAtEnd(frame);
    else if (verdict !== 'ping' && verdict !== 'malformed') this.#brokenEnd.push(frame);
    this.#attempt.deadline.watch('idle', afterFinishMs);
    return verdict === 'terminal';
  }

  #breakAtEnd(terminal: SseFrame | undefined): void {
    this.#break(createBroken(this.watch.finish), () => {
      this.#close();
      for (const { raw, data = '' } of this.#brokenEnd)
        this.#hold(this.#continued === undefined ? raw : this.#continued.rewrite(data));
      this.#hold(this.#continued?.end());
      this.#deliver(this.#markerOf(terminal));
    });
  }

  #close(): void {
    for (const bytes of this.#closing.splice(0)) this.#hold(bytes);
  }

  #hold(bytes: Buffer | undefined): void {
    if (bytes === undefined) return;
    this.#pending.push(bytes);
    if (!this.#hasBegun) this.#heldBytes += bytes.length;
  }

  /**
   * The first content proves the key, sent or not; the answer begins with the first that is sent.
   */
  #noteContent(): void {
    const { deadline, limits } = this.#attempt;
    if (this.#committedAt === undefined) this.#commit();
    if (!this.#hasBegun && this.#pending.length > 0 && this.#judged === undefined) this.#begin();
    const now = deadline.noteContent(limits.contentMs);
    const idleMs = this.watch.hasCall ? limits.idleMs : limits.idleTextMs;
    deadline.watch('idle', this.watch.hasFinished ? afterFinishMs : idleMs, now);
  }

  #noteSilence(): void {
    if (!this.watch.hasContent && !this.watch.hasFinished) return;
    const { deadline, limits } = this.#attempt;
    deadline.watch('idle', this.watch.hasFinished ? afterFinishMs : limits.idleMs);
  }

  #commit(): void {
    this.#committedAt = this.#attempt.plan.engine.host.clock.now();
    this.#attempt.plan.onCommit?.();
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#heldBytes = 0;
    this.#attempt.plan.writer.beginStream(this.#headers, this.#attempt.plan.facts);
  }

  /** Returns true, and settles the attempt, if this is no continuation. */
  #hasDiverged({ hasDiverged, hasSent }: ContinuedStream): boolean {
    if (!hasDiverged) return false;
    const failure = createDiverged(this.#attempt.plan.target);
    if (!hasSent) this.#outcome.settle({ kind: 'failed', failure, usage: this.watch.usage });
    else this.#settleBroken(failure, undefined);
    return true;
  }

  /** Writes everything that one chunk brought at once. */
  #flush(): void {
    if (!this.#hasBegun || this.#pending.length === 0) return;
    const [first] = this.#pending;
    const bytes =
      this.#pending.length === 1 && first !== undefined ? first : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#strict?.noteWrite();
    this.#attempt.plan.writer.write(bytes, this.#attempt);
  }

  #failInBand(): void {
    const failure = this.#judge.failure(this.#headers, (answer) => this.#attempt.classify(answer));
    if (this.watch.finish.kind === 'broken') this.#break(failure);
    else this.#conclude(failure, `after its finish reason came: ${failure.message}`);
  }

  #finish(terminal: SseFrame | undefined, note?: string): void {
    if (this.watch.finish.kind === 'broken') {
      this.#breakAtEnd(terminal);
      return;
    }
    if (note !== undefined) this.#notes.push(note);
    if (this.watch.finish.unified !== 'stop')
      this.#notes.push(...noteOddEnd(this.#attempt.plan, this.watch));
    const continued = this.#continued;
    const rest = continued?.end();
    if (continued !== undefined && this.#hasDiverged(continued)) return;
    this.#hold(rest);
    const marker = this.#markerOf(terminal);
    const miss = this.#findMiss();
    if (this.#committedAt === undefined && (miss === undefined || hasWorked(miss.failure)))
      this.#commit();
    if (miss !== undefined) {
      const held = miss.isBearable ? () => this.#deliver(marker) : undefined;
      const { failure } = miss;
      this.#outcome.settle({ kind: 'failed', failure, usage: this.watch.usage, held });
      return;
    }
    this.#deliver(marker);
    this.#outcome.settle({
      kind: 'answered',
      status: 200,
      usage: this.watch.usage,
      made: this.watch.made,
      notes: this.#judge.withDropped(this.#notes),
      joint: continued?.joint(),
      lack: this.#lack,
    });
  }

  #findMiss(): JudgedMiss | undefined {
    const continued = this.#continued;
    if (continued === undefined && this.watch.contents <= this.watch.thoughts)
      this.#lack = explainEmptiness(this.#attempt.plan, this.#spoken.finish);
    const judged = this.#judged?.end();
    const hasCome =
      continued === undefined ? this.watch.hasContent : !continued.isEmpty(this.watch.delivered());
    if (judged !== undefined || hasCome) return judged;
    const failure = findEmptiness(this.#attempt.plan, this.#spoken.finish);
    return failure && { failure, isBearable: true };
  }

  #markerOf(terminal: SseFrame | undefined): Buffer {
    if (terminal === undefined) return Buffer.from(this.#attempt.plan.protocol.terminalMarker);
    return this.#continued?.terminal(terminal.raw, terminal.data ?? '') ?? terminal.raw;
  }

  #deliver(marker: Buffer): void {
    const { writer, facts } = this.#attempt.plan;
    if (this.#closing.length > 0) this.#close();
    this.#begin();
    this.#flush();
    writer.endStream(marker, facts);
  }
}
