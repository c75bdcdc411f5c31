/**
 * The reply side of the translate leg, streamed (step 6): the target's own watch parses each event
 * once and says what is content, an error, malformed, or the end, with `FrameJudge` around it as in
 * a relay; what may pass is read, told in the client's protocol, and handed to the relay as if the
 * target had said it. Only a confirmed end is told: what was half said is never made whole.
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
import {
  afterFinishMs,
  endlessEvent,
  endWithoutFinish,
  eventLimit,
  missingMarker,
} from './stream-limits.ts';
import { StreamRelay } from './stream-relay.ts';
import { createUntranslatable, type TranslatedCall } from './translate.ts';

const comment = Buffer.from(':\n\n');
const blankLine = Buffer.from('\n');

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
  /** What one chunk has brought: told in one write. */
  #told: ToldEvent[] = [];
  /** Its end, or why there is none, was told. */
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
    this.#relay = new StreamRelay(withSettle(attempt, settle), headers, this.spokenWatch);
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
    this.#conclude(endWithoutFinish(), missingMarker(this.#call.spoken));
  }

  fail(failure: CutFailure): void {
    this.#conclude(failure, 'the stream did not end by itself after its finish reason');
  }

  /** After its finish reason it is whole, with a note. */
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
        this.#attempt.deadline.noteContent(); // what is told of it may come later: some tell calls whole
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

  /** A comment or ping of the provider's is one of ours: a sign of life. */
  #noteSignOfLife(): void {
    this.#tell();
    this.#relay.push(this.#attempt.plan.protocol.takesNoComments === true ? blankLine : comment);
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

  /** The end is confirmed. A marker that did not come is added, with a note. */
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
    this.#relay.tell(this.#told);
    if (this.#attempt.plan.protocol.endsByClosing === true) this.#relay.end();
  }

  /** What came before the cut is told. */
  #cut(failure: CutFailure): void {
    this.#isOver = true;
    this.#relay.tell(this.#told);
    this.#relay.fail(failure);
  }

  #write(read: () => readonly NeutralPart[]): void {
    if (this.#isOver) return;
    try {
      for (const part of read()) this.#told.push(...this.#writer.push(part));
    } catch (error) {
      this.#cut(createUntranslatable(this.#attempt.plan.target, error));
    }
  }

  #tell(): void {
    const told = this.#told;
    this.#told = [];
    this.#relay.tell(told);
    this.#noteLife();
  }

  /** What the relay tells of the client's side bears the tokens and notes of the target's. */
  #complete(outcome: Outcome): Outcome {
    const { usage } = this.spokenWatch;
    if (outcome.kind === 'failed') return { ...outcome, usage };
    if (outcome.kind !== 'answered' && outcome.kind !== 'broken') return outcome;
    const notes = this.#judge.withDropped([...this.#call.facts.notes, ...this.#notes]);
    const used = outcome.kind === 'broken' ? estimateSoFar(this.#attempt.plan, this) : usage;
    return { ...outcome, usage: used, notes: [...notes, ...outcome.notes] };
  }
}

/** The attempt as the client's reader sees it. */
export function withSettle(
  attempt: OngoingAttempt,
  settle: OngoingAttempt['settle'],
): OngoingAttempt {
  const { plan, pace, limits, deadline, startedAt } = attempt;
  return {
    plan,
    pace,
    limits,
    deadline,
    startedAt,
    classify: (answer) => attempt.classify(answer),
    pause: () => attempt.pause(),
    resume: () => attempt.resume(),
    settle,
  };
}
