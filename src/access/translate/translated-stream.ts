/**
 * The reply side of the translate leg, streamed (step 6): the target's own watch looks at the raw events and alone decides
 * what is content, an error, malformed, or the end; the package decodes what may pass; the client's protocol tells it, and the
 * relay takes that as if the target had said it. The package's input is closed only behind a confirmed end, or behind an
 * event of ours: at any end it hands out a finish, and half a tool call as a whole one.
 */

import { assertNever } from '../../errors.ts';
import type { Failure } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { isRecord } from '../../protocols/is-record.ts';
import type { AnswerAmender, AnswerWriter, NeutralPart } from '../../protocols/neutral.ts';
import type { Protocol, StreamWatch } from '../../protocols/protocol.ts';
import { ReasoningParagraphs } from '../../protocols/reasoning-paragraphs.ts';
import { type SseFrame, SseSplitter } from '../../transport/sse.ts';
import { createFailure } from '../classify/classify.ts';
import { FrameJudge, isTelling } from '../reply/frame-judge.ts';
import type { AnswerReader, OngoingAttempt } from '../reply/outcome.ts';
import { afterFinishMs, endlessEvent, isEndless, StreamRelay } from '../reply/stream-relay.ts';
import { describeWarnings, type TranslatedCall } from './translate.ts';
import { asTranslated, describeFault, FedStream, isMisunderstood, PauseGate } from './translated-attempt.ts';

/** Marks the event of ours behind which nothing of the provider's stands. */
const endField = 'holdfast_end';

export interface TranslatedSides {
  readonly call: TranslatedCall;
  /** The target's protocol. */
  readonly spoken: Protocol;
}

export class TranslatedStream implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #headers: Headers;
  readonly #call: TranslatedCall;
  readonly #splitter = new SseSplitter();
  /** The target's protocol. */
  readonly #spoken: Protocol;
  readonly #watch: StreamWatch;
  readonly #judge: FrameJudge;
  readonly #writer: AnswerWriter;
  readonly #relay: StreamRelay;
  readonly #amender: AnswerAmender | undefined;
  readonly #paragraphs = new ReasoningParagraphs();
  readonly #gate = new PauseGate();
  readonly #input = new FedStream();
  readonly #notes: string[];
  #malformed = 0;
  /** The event behind the parts that come now, as the package read it. */
  #told: unknown;
  /** Set once the provider's last event has come: how it ended. */
  #end: 'well' | Failure | undefined;
  /** The end was told. */
  #isOver = false;

  constructor(attempt: OngoingAttempt, headers: Headers, { call, spoken }: TranslatedSides) {
    this.#attempt = attempt;
    this.#headers = headers;
    this.#call = call;
    this.#notes = [...call.notes];
    this.#spoken = spoken;
    this.#watch = spoken.createStreamWatch({ choices: 1, keepsText: false });
    this.#judge = new FrameJudge(spoken, this.#watch);
    this.#amender = call.spoken.createAmender?.();
    this.#writer = call.client.createAnswerWriter(call.facts);
    const side = { gate: this.#gate, usage: () => this.#watch.usage, notes: () => this.#allNotes() };
    this.#relay = new StreamRelay(asTranslated(attempt, side), headers);
    void this.#decode();
  }

  /** What comes behind the end, until the package has come to it, is not kept. */
  push(chunk: Buffer): void {
    if (this.#end !== undefined) return;
    for (const frame of this.#splitter.push(chunk)) if (this.#end === undefined) this.#take(frame);
    if (this.#end === undefined && isEndless(this.#splitter)) this.fail(endlessEvent());
  }

  end(): void {
    const last = this.#splitter.end();
    if (last !== undefined && isTelling(last) && this.#end === undefined) this.#takeLast(last);
    if (this.#end !== undefined) return;
    if (this.#watch.hasFinished) this.#finish('the stream ended without its terminal marker');
    else
      this.#cut(createFailure('stream-cut', 'end-without-finish', 'the stream ended before its answer did'));
  }

  /** A second failure says that the package did not come to its end. */
  fail(failure: Failure): void {
    if (this.#end !== undefined) this.#giveUp(this.#end === 'well' ? failure : this.#end);
    else if (this.#watch.hasFinished)
      this.#finish('the stream did not end by itself after its finish reason');
    else this.#cut(failure);
  }

  /** The cut may have fallen into the last event: half of one is no malformed one. */
  #takeLast(frame: SseFrame): void {
    const before = this.#malformed;
    this.#take(frame);
    this.#malformed = before;
  }

  #take(frame: SseFrame): void {
    const verdict = this.#judge.push(frame);
    switch (verdict) {
      case 'content':
      case 'silent':
        this.#feed(frame);
        this.#noteLife();
        break;
      case 'ping':
        this.#noteSignOfLife();
        break;
      case 'malformed':
        this.#malformed += 1;
        break;
      case 'error':
        this.#takeError();
        break;
      case 'terminal':
        this.#input.push(frame.raw);
        this.#finish();
        break;
      default:
        assertNever(verdict);
    }
  }

  #feed({ raw, data = '' }: SseFrame): void {
    const amended = this.#amender?.amend(data) ?? data;
    this.#input.push(amended === data ? raw : Buffer.from(`data: ${amended}\n\n`));
  }

  /** A comment or ping of the provider's is one of ours: a sign of life in `thinking` only. */
  #noteSignOfLife(): void {
    this.#relay.push(Buffer.from(':\n\n'));
  }

  #noteLife(): void {
    const { deadline } = this.#attempt;
    if (this.#watch.hasFinished) deadline.watch('idle', afterFinishMs);
    else if (this.#watch.hasContent) deadline.noteLife();
  }

  #takeError(): void {
    const failure = this.#judge.failure(this.#headers, (answer) => this.#attempt.classify(answer));
    if (this.#watch.hasFinished) this.#finish(`after its finish reason came: ${failure.message}`);
    else this.#cut(failure);
  }

  /** The end is confirmed: now the package may say so. A marker that did not come is added, with a note. */
  #finish(note?: string): void {
    if (note !== undefined) {
      this.#notes.push(note);
      this.#input.push(Buffer.from(this.#spoken.terminalMarker));
    }
    this.#end = 'well';
    this.#input.close();
  }

  /** What came before the cut is told, and nothing that the package makes of the cut. */
  #cut(failure: Failure): void {
    this.#end = failure;
    const event = { ...this.#call.spoken.idleEvent, [endField]: true };
    this.#input.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    this.#input.close();
  }

  async #decode(): Promise<void> {
    try {
      const parts = (await this.#call.readStream(this.#input.stream)).getReader();
      for (let next = await parts.read(); !next.done; next = await parts.read()) {
        await this.#gate.pass();
        if (isEnd(next.value) || this.#isOver) break;
        this.#tell(next.value);
      }
      this.#conclude('its end is missing');
      await parts.cancel();
    } catch (error) {
      this.#conclude(describeFault(error));
    }
  }

  #tell(part: NeutralPart): void {
    if (part.type === 'raw') this.#told = part.rawValue;
    if (part.type === 'stream-start') this.#notes.push(...describeWarnings(part.warnings));
    else if (part.type === 'error') this.#takeFault(part.error);
    else if (part.type === 'finish') this.#tellFinish(part);
    else this.#write(part);
  }

  /** What the package refuses and the target's watch understands leaves a hole (law 17). */
  #takeFault(error: unknown): void {
    if (!isMisunderstood(error)) throw error;
    const watch = this.#spoken.createStreamWatch({ choices: 1, keepsText: false });
    if (watch.push(JSON.stringify(this.#told ?? null)) === 'content')
      throw new TypeError('one of its events has not the form of its protocol');
    this.#malformed += 1;
  }

  #tellFinish(part: Extract<NeutralPart, { type: 'finish' }>): void {
    if (this.#end !== 'well') return;
    if (part.finishReason.unified === 'error') throw new TypeError('its events do not make an answer');
    this.#isOver = true;
    this.#write(part);
  }

  #write(part: NeutralPart): void {
    const told = this.#writer.push(this.#paragraphs.next(part));
    if (told !== '') this.#relay.push(Buffer.from(told));
    if (!this.#isOver) this.#noteLife();
  }

  /** The package has come to its end, or the provider's answer to ours. */
  #conclude(fault: string): void {
    if (this.#isOver) return;
    const message = `the answer could not be read as ${this.#attempt.plan.target.protocol}: ${fault}`;
    this.#giveUp(
      typeof this.#end === 'object' ? this.#end : createFailure('malformed', 'untranslatable', message),
    );
  }

  #giveUp(failure: Failure): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#relay.fail(failure);
  }

  #allNotes(): readonly string[] {
    return this.#malformed === 0
      ? this.#notes
      : [...this.#notes, `${this.#malformed} malformed event(s) dropped`];
  }
}

function isEnd(part: NeutralPart): boolean {
  return part.type === 'raw' && isRecord(part.rawValue) && part.rawValue[endField] === true;
}
