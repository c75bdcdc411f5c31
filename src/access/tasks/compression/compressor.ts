/**
 * Shortens a conversation with the task `compression`, whatever the context window: part by part,
 * each summary judged, and folded into the next one. If it fails, the caller gets its own messages
 * back, and the reason.
 */

import { AccessError, NoTargetAnswered } from '../../../errors.ts';
import type { Clock } from '../../../host.ts';
import type { FailureClass } from '../../../model/failure.ts';
import type { RequestRecord } from '../../../model/record.ts';
import { findKept, findLost } from '../../../tasks/compression/kept.ts';
import {
  countMessages,
  type Portion,
  summaryIntroduction,
  takeChunk,
  toUnits,
  type Unit,
} from '../../../tasks/compression/units.ts';
import {
  type CompressionStep,
  judgeSummary,
  writeCompressionPrompt,
} from '../../../tasks/compression.ts';
import { type AnswerJudge, missReasons, type TaskMessage } from '../../../tasks/profile.ts';
import type { AskTask, OnAccount, TaskAnswer } from '../ask-task.ts';
import { splitThought } from '../think-block.ts';
import { chunkLimit, sharesFor, type TokenShares } from './token-shares.ts';

export interface CompressOptions {
  /**
   * Tokens of the latest messages that stay unchanged. Default: a quarter of all, 20,000 at most,
   * and an eighth of the context window.
   */
  readonly keepTokens?: number | undefined;
  /** Limits the whole compression, in ms. Default: 600,000. */
  readonly timeoutMs?: number | undefined;
  /** Ends it at once. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
  /** The caller that pays. Default: nobody. */
  readonly account?: OnAccount | undefined;
}

export interface Compressed {
  readonly isCompressed: boolean;
  /**
   * Contains system messages, the summary as a user message, and the latest messages. After a
   * failure: the original messages.
   */
  readonly messages: readonly TaskMessage[];
  readonly summary?: string;
  /** An estimate without pictures. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
  /** Records of the requests that it made. */
  readonly records: readonly RequestRecord[];
  readonly failure?: CompressionFailure;
}

export interface CompressionFailure {
  readonly cause: 'nothing-to-compress' | 'nobody-answered' | 'no-usable-summary' | 'too-late';
  readonly message: string;
  /** When a retry is worthwhile. Absent if time changes nothing. */
  readonly retryAfterMs?: number;
}

/** The part of the engine that a compression needs. */
export interface CompressorParts {
  readonly clock: Clock;
  readonly askTask: AskTask;
  /** Lists possible targets, with the tokens of their context windows. */
  targets(): readonly { readonly id: string; readonly contextWindow?: number | undefined }[];
}

const task = 'compression';
const usualLimitMs = 600_000;
/** Lists the pauses after the first failure in a row, the second, and each later one. */
const pausesMs = [60_000, 300_000, 900_000] as const;

export class Compressor {
  readonly #parts: CompressorParts;
  /** The ratio of counted to estimated tokens, by target. */
  readonly #ratios = new Map<string, number>();
  #failuresInRow = 0;

  constructor(parts: CompressorParts) {
    this.#parts = parts;
  }

  /** Rejects with the reason of an abort only. */
  async compress(
    messages: readonly TaskMessage[],
    options: CompressOptions = {},
  ): Promise<Compressed> {
    options.signal?.throwIfAborted();
    const tokensBefore = countMessages(messages);
    const shares = sharesFor(this.#parts.targets(), tokensBefore);
    const { head, middle, tail } = divide(messages, options.keepTokens ?? shares.kept);
    const records: RequestRecord[] = [];
    const same = {
      isCompressed: false,
      messages,
      tokensBefore,
      tokensAfter: tokensBefore,
      records,
    };
    if (middle.length === 0) return { ...same, failure: nothingToCompress };
    const run = startRun(this.#parts.clock, options);
    try {
      const summary = await this.#fold(middle, { shares, run, records, account: options.account });
      const summarized: TaskMessage = {
        role: 'user',
        content: `${summaryIntroduction}\n\n${summary}`,
      };
      const shorter = [...head, summarized, ...tail];
      const tokensAfter = countMessages(shorter);
      if (tokensAfter >= tokensBefore) throw new TooLong();
      this.#failuresInRow = 0;
      return { isCompressed: true, messages: shorter, summary, tokensBefore, tokensAfter, records };
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = toFailure(error, run.late);
      if (failure === undefined) throw error;
      if (error instanceof NoTargetAnswered) records.push(error.record);
      const retryAfterMs = pausesMs[Math.min(this.#failuresInRow++, pausesMs.length - 1)] ?? 0;
      const mayFit = !hasFailure(error, 'too-large');
      return { ...same, failure: { ...failure, ...(mayFit && { retryAfterMs }) } };
    } finally {
      run.end();
    }
  }

  async #fold(middle: readonly Unit[], work: Work): Promise<string> {
    const { shares, records } = work;
    const all = findKept(
      middle.flatMap(({ messages }) => messages),
      shares.listed,
    );
    let pieces: readonly Portion[] = middle;
    let before: string | undefined;
    let [unseen, divisor] = [all, 1];
    while (pieces.length > 0) {
      const limit = chunkLimit(shares, this.#ratio()) / divisor;
      const { text: chunk, rest } = takeChunk(pieces, limit);
      const unseenNext = findLost(unseen, chunk);
      const step = {
        before,
        chunk,
        kept: all.filter((text) => !unseenNext.includes(text)),
        maxTokens: shares.summary,
      };
      try {
        const { text } = await this.#ask(step, work);
        [before, unseen, pieces] = [text, unseenNext, rest];
      } catch (error) {
        if (!hasFailure(error, 'context-overflow') || limit < minChunk) throw error;
        records.push(error.record);
        divisor *= 2;
      }
    }
    return withLost(before ?? '', all);
  }

  /** An answer that is no summary is a miss: the task's next target is asked. */
  async #ask(step: CompressionStep, { run, records, account }: Work): Promise<TaskAnswer> {
    const messages = writeCompressionPrompt(step);
    const judge: AnswerJudge = (answer) =>
      judgeSummary({ ...answer, text: splitThought(answer.text).visible.trim() }, step);
    const answer = await this.#parts.askTask(task, messages, {
      signal: run.signal,
      judge,
      ...account,
    });
    records.push(answer.record);
    this.#learn(messages, answer.record);
    return answer;
  }

  #learn(messages: readonly TaskMessage[], { usage, answeredBy }: RequestRecord): void {
    const estimated = countMessages(messages);
    if (answeredBy === undefined || usage?.inputTokens === undefined) return;
    const ratio = usage.inputTokens / estimated;
    if (ratio >= 0.5 && ratio <= 4) this.#ratios.set(answeredBy, ratio); // otherwise it counts something else
  }

  /** Returns the worst ratio among the possible targets. */
  #ratio(): number {
    const seen = this.#parts.targets().flatMap(({ id }) => this.#ratios.get(id) ?? []);
    return seen.length === 0 ? 1 : Math.max(...seen);
  }
}

interface Work {
  readonly shares: TokenShares;
  readonly run: TimedRun;
  readonly records: RequestRecord[];
  readonly account: OnAccount | undefined;
}

/** Below this no smaller part would fit either. */
const minChunk = 400;

const nothingToCompress: CompressionFailure = {
  cause: 'nothing-to-compress',
  message: 'the conversation has nothing before its latest messages that could be made shorter',
};

/** All summaries together are no shorter than the original. */
class TooLong extends AccessError {
  constructor() {
    super('exhausted', missReasons['too-long']);
  }
}

/** One time limit for all requests of a compression, beside its caller's own signal. */
interface TimedRun {
  readonly signal: AbortSignal;
  /** Aborts when the time is over, with a message that says so. */
  readonly late: AbortSignal;
  end(): void;
}

function startRun(clock: Clock, { timeoutMs = usualLimitMs, signal }: CompressOptions): TimedRun {
  const late = new AbortController();
  const timer = clock.startTimer(timeoutMs, () =>
    late.abort(
      new AccessError('exhausted', `the compression was not done after ${timeoutMs / 1000} s`),
    ),
  );
  const signals = signal === undefined ? [late.signal] : [signal, late.signal];
  return { signal: AbortSignal.any(signals), late: late.signal, end: () => timer.cancel() };
}

/** Returns undefined for a fault of ours, and after closing. */
function toFailure(error: unknown, late: AbortSignal): CompressionFailure | undefined {
  if (late.aborted) return { cause: 'too-late', message: late.reason.message };
  if (!(error instanceof AccessError) || error.code === 'closed') return undefined;
  const { message } = error;
  const isUseless = error instanceof TooLong || hasFailure(error, 'unusable');
  if (isUseless)
    return { cause: 'no-usable-summary', message: `there is no summary of use: ${message}` };
  return { cause: 'nobody-answered', message };
}

function hasFailure(error: unknown, wanted: FailureClass): error is NoTargetAnswered {
  return (
    error instanceof NoTargetAnswered &&
    error.record.attempts.some(({ failure }) => failure?.class === wanted)
  );
}

/** Appends what the model dropped from the list to its summary. */
function withLost(summary: string, kept: readonly string[]): string {
  const lost = findLost(kept, summary);
  return lost.length === 0
    ? summary
    : `${summary}\n\n## Word for word\n${lost.map((text) => `- ${text}`).join('\n')}`;
}

interface Divided {
  /** The system messages at the start, which stay. */
  readonly head: readonly TaskMessage[];
  readonly middle: readonly Unit[];
  /** The latest messages, which stay. */
  readonly tail: readonly TaskMessage[];
}

const conversing: ReadonlySet<string> = new Set(['user', 'assistant', 'tool']);

/** Divides into what stays and what is shortened. Tool calls stay with their results. */
function divide(messages: readonly TaskMessage[], keepTokens: number): Divided {
  const start = messages.findIndex(({ role }) => conversing.has(role));
  if (start < 0) return { head: messages, middle: [], tail: [] };
  const units = toUnits(messages.slice(start));
  let left = keepTokens;
  let first = units.length;
  for (const { tokens } of units.toReversed()) {
    left -= tokens;
    if (left < 0) break;
    first -= 1;
  }
  const tail = units.slice(first).flatMap((unit) => unit.messages);
  return { head: messages.slice(0, start), middle: units.slice(0, first), tail };
}
