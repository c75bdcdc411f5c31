/**
 * Relays an answer byte by byte: sound, a file, events (step 6 of a request). The first byte
 * commits it; only whole events pass. A later break is visible: an error in band between events, a
 * cut connection otherwise.
 */

import type { Headers, Passage } from '../../model/request.ts';
import type { Delivered } from '../../protocols/contract/watched-stream.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';
import { judgePassed, saysError } from '../../protocols/passed/judge-passed.ts';
import { obstacle } from '../../protocols/passed/read-passed.ts';
import { isEvents, SseSplitter } from '../../transport/sse.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import type { AnswerReader, OngoingAttempt } from './outcome.ts';
import { endlessEvent, eventLimit } from './stream-limits.ts';

/**
 * True for a passage that is relayed as bytes. JSON, and a page from something in front of the
 * server, is taken whole, unless it is a file's content.
 */
export function isPassedAsBytes(
  { path }: Passage,
  { 'content-type': type = '' }: Headers,
): boolean {
  return !/^\s*(application\/json|text\/html)\b/i.test(type) || /\/content(\?|$)/.test(path);
}

/** Limits the silence between two chunks: speech pauses for as long as its model thinks. */
const idleMs = 120_000;

const delivered: Delivered = { text: '', textEvents: 0, obstacle, opening: {}, usage: undefined };

export class ByteRelay implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #status: number;
  readonly #headers: Headers;
  readonly #splitter: SseSplitter | undefined;
  #committedAt: number | undefined;
  /** Data of the last event. */
  #lastData = '';

  constructor(attempt: OngoingAttempt, status: number, headers: Headers) {
    this.#attempt = attempt;
    this.#status = status;
    this.#headers = headers;
    if (isEvents(headers)) this.#splitter = new SseSplitter();
  }

  push(chunk: Buffer): void {
    if (this.#splitter === undefined) {
      this.#pass(chunk);
      return;
    }
    for (const { raw, data } of this.#splitter.push(chunk)) {
      if (this.#committedAt === undefined && isError(data)) {
        this.#refuse(data);
        return;
      }
      this.#lastData = data ?? this.#lastData;
      this.#pass(raw);
    }
    if (this.#splitter.unfinishedBytes > eventLimit) this.fail(endlessEvent());
  }

  end(): void {
    const last = this.#splitter?.end();
    if (last !== undefined) this.#pass(last.raw);
    if (this.#committedAt === undefined && this.#isMissing()) {
      const failure = createFailure('empty', 'empty-answer', 'the answer was empty');
      this.#attempt.settle({ kind: 'failed', failure, held: () => this.#finish() });
      return;
    }
    this.#finish();
    const verdict = judgePassed(this.#lastData, this.#attempt.plan.request.operation);
    const usage = verdict.kind === 'answer' ? verdict.usage : undefined;
    this.#attempt.settle({ kind: 'answered', status: this.#status, usage, notes: this.#notes() });
  }

  /**
   * Only the vendor knows whether an event was the last; events that end with OpenAI's marker count
   * as complete.
   */
  #notes(): readonly string[] {
    const isWhole =
      this.#splitter === undefined ||
      /\.(completed|done|incomplete|failed)"|^\[DONE\]/.test(this.#lastData);
    return isWhole ? [] : ['the stream ended without its terminal marker'];
  }

  fail(failure: CutFailure): void {
    const committedAt = this.#committedAt;
    const silentMs = this.#attempt.deadline.elapsedMs();
    const broken = {
      kind: 'broken',
      failure,
      notes: [],
      usage: undefined,
      delivered,
      silentMs,
    } as const;
    this.#attempt.settle(
      committedAt === undefined ? { kind: 'failed', failure } : { ...broken, committedAt },
    );
  }

  #pass(bytes: Buffer): void {
    this.#begin();
    const { plan, deadline } = this.#attempt;
    deadline.watch('idle', idleMs);
    plan.writer.write(bytes, this.#attempt);
  }

  #begin(): void {
    if (this.#committedAt !== undefined) return;
    const { plan } = this.#attempt;
    this.#committedAt = plan.engine.host.clock.now();
    plan.onCommit?.();
    plan.writer.beginBytes({ status: this.#status, headers: this.#headers }, plan.facts);
  }

  #finish(): void {
    this.#begin();
    this.#attempt.plan.writer.endBytes();
  }

  /** A file may be empty, and a deletion has no body. */
  #isMissing(): boolean {
    return this.#status === 200 && this.#attempt.plan.request.operation !== 'files';
  }

  #refuse(body = ''): void {
    const failure = this.#attempt.classify({ status: this.#status, headers: this.#headers, body });
    this.#attempt.settle({ kind: 'failed', failure });
  }
}

function isError(data: string | undefined): boolean {
  const event = data === undefined ? undefined : parseOrNothing(data);
  return isRecord(event) && saysError(event);
}
