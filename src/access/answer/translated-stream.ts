/**
 * Translates a streamed answer (step 6): the target's own watch parses each event once and calls it
 * content, an error, malformed, or the end, with `FrameJudge` around it as in a relay. Events that
 * pass are decoded, encoded in the client's protocol, and handed to the relay as if the target had
 * sent them. Only a confirmed end is encoded: half an answer never looks complete.
 */

import { assertNever } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';
import type { EventVerdict, StreamWatch } from '../../protocols/contract/watched-stream.ts';
import type {
  AnswerDecoder,
  AnswerWriter,
  NeutralPart,
  ToldEvent,
} from '../../protocols/translation/neutral.ts';
import { SseSplitter } from '../../transport/sse.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import { estimateSoFar } from '../spending/estimate.ts';
import { createBroken, noteUnknownWord } from './ending.ts';
import { FrameJudge } from './frame-judge.ts';
import type { AnswerReader, OngoingAttempt, Outcome } from './outcome.ts';
import { afterFinishMs, endlessEvent, eventLimit, missingMarker } from './stream-limits.ts';
import { StreamRelay } from './stream-relay.ts';
import { createUntranslatable, type TranslatedCall } from './translate.ts';

const comment = Buffer.from(':\n\n');

export class TranslatedStream implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #headers: Headers;
  readonly #splitter = new SseSplitter();
  readonly #call: TranslatedCall;
  readonly spokenWatch: StreamWatch;
  readonly #judge: FrameJudge;
  readonly #decoder: AnswerDecoder;
  readonly #writer: AnswerWriter;
  readonly #relay: StreamRelay;
  readonly #notes: string[] = [];
  /** The events of one chunk, sent in one write. */
  #events: ToldEvent[] = [];
  /** The end, or the failure, was passed on. */
  #isOver = false;

  constructor(attempt: OngoingAttempt, headers: Headers, call: TranslatedCall) {
    const { spoken, facts, hints } = call;
    this.#attempt = attempt;
    this.#headers = headers;
    this.#call = call;
    this.spokenWatch = new spoken.StreamWatch({
      choices: 1,
      keepsText: false,
      isTranslated: true,
    });
    this.#judge = new FrameJudge(spoken, this.spokenWatch);
    this.#decoder = new spoken.translation.AnswerDecoder(hints);
    this.#writer = new attempt.plan.protocol.translation.AnswerWriter(facts);
    const settle = (outcome: Outcome): void => attempt.settle(this.#complete(outcome));
    this.#relay = new StreamRelay(attempt, headers, { spoken: this.spokenWatch, settle });
  }

  push(chunk: Buffer): void {
    for (const frame of this.#splitter.push(chunk))
      if (!this.#isOver) this.#take(this.#judge.push(frame));
    if (this.#isOver) return;
    this.#tell();
    if (this.#splitter.unfinishedBytes > eventLimit) this.fail(endlessEvent());
  }

  end(): void {
    const last = this.#splitter.end();
    const verdict = last && !this.#isOver ? this.#judge.pushLast(last) : undefined;
    if (verdict !== undefined) this.#take(verdict);
    const failure = this.#judge.endFailure(this.#headers, (answer) =>
      this.#attempt.classify(answer),
    );
    this.#conclude(failure, missingMarker(this.#call.spoken));
  }

  fail(failure: CutFailure): void {
    this.#conclude(failure, 'the stream did not end by itself after its finish reason');
  }

  /** After its finish reason the answer is complete, with a note. */
  #conclude(failure: CutFailure, note: string | undefined): void {
    if (this.#isOver) return;
    if (this.spokenWatch.hasFinished) this.#finish(note);
    else this.#cut(failure);
  }

  get watch(): StreamWatch {
    return this.#relay.watch;
  }

  #take(verdict: EventVerdict): void {
    switch (verdict) {
      case 'content':
        this.#attempt.deadline.noteContent(); // the client's event may come later: some protocols send tool calls whole
        this.#read();
        break;
      case 'silent':
      case 'closing':
        this.#read();
        break;
      case 'ping':
        this.#noteSignOfLife();
        break;
      case 'malformed':
        break;
      case 'error':
        this.#takeError();
        break;
      case 'terminal':
        this.#read();
        this.#finish();
        break;
      default:
        assertNever(verdict);
    }
  }

  /** A comment or ping of the provider becomes a keep-alive of ours. */
  #noteSignOfLife(): void {
    this.#tell();
    this.#relay.push(comment);
  }

  #noteLife(): void {
    const { deadline } = this.#attempt;
    if (this.spokenWatch.hasFinished) deadline.watch('idle', afterFinishMs);
    else if (this.spokenWatch.hasContent) deadline.noteLife();
  }

  #takeError(): void {
    const failure = this.#judge.failure(this.#headers, (answer) => this.#attempt.classify(answer));
    if (this.spokenWatch.finish.kind === 'broken') this.#cut(failure);
    else this.#conclude(failure, `after its finish reason came: ${failure.message}`);
  }

  #read(): void {
    const { event } = this.spokenWatch;
    if (event !== undefined) this.#write(() => this.#decoder.push(event));
  }

  /** The end is confirmed. A missing marker is added, with a note. */
  #finish(note?: string): void {
    const { finish } = this.spokenWatch;
    if (finish.kind === 'broken') {
      this.#cut(createBroken(finish));
      return;
    }
    if (note !== undefined) this.#notes.push(note);
    this.#notes.push(...noteUnknownWord(this.#attempt.plan, finish));
    this.#write(() => this.#decoder.end());
    if (this.#isOver) return;
    this.#isOver = true;
    this.#relay.tell(this.#events);
    if (this.#attempt.plan.protocol.endsByClosing === true) this.#relay.end();
  }

  /** Content before the cut is passed on. */
  #cut(failure: CutFailure): void {
    this.#isOver = true;
    this.#relay.tell(this.#events);
    this.#relay.fail(failure);
  }

  #write(read: () => readonly NeutralPart[]): void {
    if (this.#isOver) return;
    try {
      for (const part of read()) this.#events.push(...this.#writer.push(part));
    } catch (error) {
      this.#cut(createUntranslatable(this.#attempt.plan.target, error));
    }
  }

  #tell(): void {
    const events = this.#events;
    this.#events = [];
    this.#relay.tell(events);
    this.#noteLife();
  }

  /** Adds the tokens and notes of the target's side to the relay's outcome. */
  #complete(outcome: Outcome): Outcome {
    const { usage } = this.spokenWatch;
    if (outcome.kind === 'failed') return { ...outcome, usage };
    if (outcome.kind !== 'answered' && outcome.kind !== 'broken') return outcome;
    const notes = this.#judge.withDropped([...this.#call.facts.notes, ...this.#notes]);
    const used = outcome.kind === 'broken' ? estimateSoFar(this.#attempt.plan, this) : usage;
    return { ...outcome, usage: used, notes: [...notes, ...outcome.notes] };
  }
}
