/**
 * Relays one stream: whole events, byte for byte, once each has been looked at. Holds everything until the first content
 * event (the commit, law 16), drops malformed events, and never lets a cut pass for an end (law 17).
 */

import { assertNever } from '../errors.ts';
import type { Failure } from '../model/failure.ts';
import type { Headers } from '../model/request.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { type SseFrame, SseSplitter } from '../transport/sse.ts';
import { createFailure } from './classify.ts';
import type { AnswerReader, OngoingAttempt } from './outcome.ts';
import { endsWithToolResult } from './whole-readers.ts';

/** After the finish reason only usage and the marker can come; this long a silence then ends the stream well. */
const afterFinishMs = 2000;
/** Held events before the commit: more than this is no preamble. */
const heldLimit = 4 * 1024 * 1024;

export class StreamRelay implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #headers: Headers;
  readonly #splitter = new SseSplitter();
  readonly #watch: StreamWatch;
  readonly #notes: string[] = [];
  #pending: Buffer[] = [];
  #heldBytes = 0;
  #hasCommitted = false;
  #malformed = 0;

  constructor(attempt: OngoingAttempt, headers: Headers) {
    this.#attempt = attempt;
    this.#headers = headers;
    this.#watch = attempt.plan.protocol.createStreamWatch();
    const { limits, plan } = attempt;
    const lengthMs = plan.isLastTarget() ? limits.lastFirstContentMs : limits.firstContentMs;
    attempt.deadline.watch('first content', lengthMs, attempt.startedAt);
  }

  push(chunk: Buffer): void {
    for (const frame of this.#splitter.push(chunk)) {
      if (this.#take(frame)) return;
    }
    this.#flush();
    if (this.#heldBytes > heldLimit)
      this.fail(createFailure('malformed', 'endless-preamble', 'no content in 4 MB of events'));
  }

  end(): void {
    const last = this.#splitter.end();
    if (last?.data !== undefined && this.#take(last)) return;
    if (this.#watch.hasFinished) this.#finish(undefined, 'the stream ended without its terminal marker');
    else
      this.fail(createFailure('stream-cut', 'end-without-finish', 'the stream ended before its answer did'));
  }

  fail(failure: Failure): void {
    if (this.#watch.hasFinished) {
      this.#finish(undefined, 'the stream did not end by itself after its finish reason');
    } else if (this.#hasCommitted) {
      this.#flush();
      this.#attempt.settle({ kind: 'broken', failure, notes: this.#allNotes() });
    } else {
      this.#attempt.settle({ kind: 'failed', failure });
    }
  }

  /** Takes one event; true when the stream is over with it. */
  #take(frame: SseFrame): boolean {
    if (frame.data === undefined) {
      this.#hold(frame.raw);
      if (this.#attempt.pace === 'thinking' && this.#hasCommitted) this.#attempt.deadline.noteLife();
      return false;
    }
    const verdict = this.#watch.push(frame.data);
    switch (verdict) {
      case 'content':
        this.#hold(frame.raw);
        this.#noteContent();
        return false;
      case 'silent':
        this.#hold(frame.raw);
        this.#noteSilence();
        return false;
      case 'malformed':
        this.#malformed += 1;
        return false;
      case 'error':
        this.#failInBand();
        return true;
      case 'terminal':
        this.#finish(frame.raw);
        return true;
      default:
        return assertNever(verdict);
    }
  }

  #hold(raw: Buffer): void {
    this.#pending.push(raw);
    if (!this.#hasCommitted) this.#heldBytes += raw.length;
  }

  #noteContent(): void {
    const { deadline, limits } = this.#attempt;
    if (!this.#hasCommitted) this.#commit();
    deadline.watch('idle', this.#watch.hasFinished ? afterFinishMs : limits.idleTextMs);
  }

  #noteSilence(): void {
    if (!this.#hasCommitted && !this.#watch.hasFinished) return;
    const { deadline, limits } = this.#attempt;
    deadline.watch('idle', this.#watch.hasFinished ? afterFinishMs : limits.idleMs);
  }

  #commit(): void {
    this.#hasCommitted = true;
    this.#heldBytes = 0;
    this.#attempt.noteCommit();
    this.#attempt.plan.writer.beginStream(this.#headers, this.#attempt.plan.facts);
  }

  /** One write for all that one chunk brought. */
  #flush(): void {
    if (!this.#hasCommitted || this.#pending.length === 0) return;
    const [first] = this.#pending;
    const bytes = this.#pending.length === 1 && first !== undefined ? first : Buffer.concat(this.#pending);
    this.#pending = [];
    const { writer } = this.#attempt.plan;
    if (writer.write(bytes)) return;
    this.#attempt.pause();
    writer.onDrain(() => this.#attempt.resume());
  }

  #failInBand(): void {
    const body = this.#watch.error ?? '';
    const failure = this.#attempt.classify({ status: 200, headers: this.#headers, body });
    if (this.#hasCommitted) {
      this.#flush();
      this.#attempt.settle({ kind: 'broken', failure, notes: this.#allNotes() });
    } else {
      this.#attempt.settle({ kind: 'failed', failure });
    }
  }

  #finish(marker: Buffer | undefined, note?: string): void {
    if (note !== undefined) this.#notes.push(note);
    const { plan } = this.#attempt;
    if (!this.#watch.hasFinished && !this.#watch.hasContent) {
      this.fail(createFailure('stream-cut', 'marker-without-answer', 'the stream ended without an answer'));
      return;
    }
    const deliver = (): void => {
      plan.writer.beginStream(this.#headers, plan.facts);
      this.#hasCommitted = true;
      this.#flush();
      plan.writer.endStream(marker ?? Buffer.from(plan.protocol.terminalMarker), plan.facts);
    };
    if (!this.#watch.hasContent && !endsWithToolResult(plan.request.body)) {
      const failure = createFailure('empty', 'empty-stream', 'the answer was empty');
      this.#attempt.settle({ kind: 'failed', failure, held: deliver });
      return;
    }
    if (!this.#hasCommitted) this.#attempt.noteCommit();
    deliver();
    this.#attempt.settle({
      kind: 'answered',
      status: 200,
      usage: this.#watch.usage,
      notes: this.#allNotes(),
    });
  }

  #allNotes(): readonly string[] {
    return this.#malformed === 0
      ? this.#notes
      : [...this.#notes, `${this.#malformed} malformed event(s) dropped`];
  }
}
