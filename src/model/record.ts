/**
 * The decision record of one request: every candidate used or skipped, and why. Types only; written
 * by access/report/record. A field that is undefined is absent: what is written for every request
 * has one shape, which is made in a third of the time.
 */

import type { Decision } from './decision.ts';
import type { AnswerSpeaker, FailureClass, Mark } from './failure.ts';
import type { Operation, ProtocolName } from './protocol.ts';

/** How long something is left alone, and who set the end. */
export interface Rest {
  /** Epoch ms. */
  readonly until: number;
  readonly endSetBy: Mark['endSetBy'];
}

/** Why an attempt failed. */
export interface AttemptFailure {
  readonly class: FailureClass;
  readonly rule: string;
  readonly message: string;
  /** Present: these are not the target's own words. */
  readonly speaker?: AnswerSpeaker | undefined;
}

/** One attempt on the wire, and what came of it. */
export interface AttemptRecord {
  readonly target: string;
  readonly credential: string;
  readonly fingerprint: string;
  /** Where its key was found: `config.yaml:5 → .env:3`. Absent where none is needed. */
  readonly foundAt?: string | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /**
   * It found out for all who waited whether a mark was over, and does not count against the 12.
   * Default: false.
   */
  readonly isProbe?: true | undefined;
  readonly status?: number | undefined;
  /** Absent for the attempt that answered. */
  readonly failure?: AttemptFailure | undefined;
  /** What was decided after the failure. */
  readonly decision?: Decision | undefined;
  /** What it used, where the provider said. */
  readonly usage?: Usage | undefined;
  /** What that cost, where it is paid by the token and a price is known. */
  readonly usd?: number | undefined;
  /**
   * It is paid by the token and has no `usd`: no price is known, or the provider did not say what
   * was used. Default: false.
   */
  readonly isUnpriced?: true | undefined;
  /** How long it was left alone for this failure; absent: nothing was held back. */
  readonly rests?: Rest | undefined;
}

/** A candidate that was passed over without a request. */
export interface SkipRecord {
  readonly target: string;
  readonly credential?: string | undefined;
  /**
   * `budget`: what may be spent on it is spent. `not-needed`: it was free, and another had the
   * answer.
   */
  readonly cause:
    | FailureClass
    | 'benched'
    | 'bound-to-account'
    | 'budget'
    | 'protocol'
    | 'not-needed';
  readonly reason: string;
  /**
   * The reason in short. Of `benched`: what was said when the mark was made. Of `budget`: which
   * budget lacks what.
   */
  readonly gist?: string | undefined;
  /** Of `benched`: what it is held back for. */
  readonly heldFor?: FailureClass | undefined;
  /** Of `benched`: who said what it is held back for, where that was not the target itself. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** When it may be used again, epoch ms; absent when nobody knows. */
  readonly until?: number | undefined;
  /** Of `benched`: since when, epoch ms, and who set the end. */
  readonly since?: number | undefined;
  readonly endSetBy?: Mark['endSetBy'] | undefined;
}

/**
 * Where a broken answer was continued, and what was taken out there so that nothing is told twice.
 */
export interface JointRecord {
  /** Code points of text that the caller had. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly way: 'prefill' | 'instruct' | 'afresh';
  readonly finding: 'clean' | 'lead-in' | 'fence' | 'restart' | 'overlap' | 'partial-word';
  /** Code points. */
  readonly removed: number;
}

/** Tokens as the provider counted them; absent when it did not say. */
export interface Usage {
  /** All of the input, with what was read from a cache or written to one. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** The part of the input that was read from a cache. */
  readonly cachedTokens?: number | undefined;
  /** The part of the input that was written to a cache. */
  readonly cacheWriteTokens?: number | undefined;
}

/** Where the time of a request went. Together with nothing left over: its `durationMs`. */
export interface RequestTimes {
  /** Before the first attempt: reading, choosing, waiting for capacity or a place. */
  readonly beforeMs: number;
  /** In all attempts together. */
  readonly atMs: number;
  /** Between attempts: pauses, rechecks, waiting. */
  readonly betweenMs: number;
  /** After the last attempt. */
  readonly afterMs: number;
}

/** What a request cost, as the price table or the configuration knows it. */
export interface RequestCost {
  /** Of all attempts that said what they used, those included whose answer was not used. */
  readonly usd: number;
  /** The part of it that bought no answer. Absent: nothing. */
  readonly discardedUsd?: number | undefined;
  /**
   * Attempts that are paid for and are not in `usd`: no price is known, or they did not say what
   * they used. Absent: none.
   */
  readonly unpriced?: number | undefined;
  /**
   * How the one who answered is paid; of a request that nobody answered, the last who was asked.
   */
  readonly billing: Billing;
  /**
   * The day on which the price of whoever is paid was looked up. Absent: it stands in the
   * configuration, or none was needed.
   */
  readonly asOf?: string | undefined;
}

/**
 * `metered`: by the token. `plan`: a subscription, whatever is used. `free`: nothing, as one's own
 * server.
 */
export type Billing = 'metered' | 'plan' | 'free';

/**
 * One candidate of a request that nobody answered: what became of it, and when it may be used
 * again.
 */
export interface CandidateVerdict {
  readonly target: string;
  /** Absent where the target needs no key. */
  readonly credential?: string | undefined;
  readonly was: 'tried' | 'skipped';
  /** Requests it got; 0 for one that was skipped. */
  readonly requests: number;
  readonly cause: SkipRecord['cause'];
  /** Of `benched`: what it is held back for. */
  readonly heldFor?: FailureClass | undefined;
  /** Who said so, where that was not the target itself. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** Epoch ms; absent when nobody knows. */
  readonly until?: number | undefined;
  /** The same in words. */
  readonly text: string;
}

/**
 * Candidates of one target that a list leaves out, because there are so many or because the request
 * ended before them.
 */
export interface UnlistedKeys {
  readonly target: string;
  /** How many; 1 for a target that needs no key. */
  readonly count: number;
  /**
   * When the first of them may be used again, epoch ms; the time of the record for one that is
   * free; absent when nobody knows.
   */
  readonly until?: number | undefined;
}

/** What is kept of requests. */
export interface RecordSettings {
  /** Whether what was asked and answered is kept too. */
  readonly hasContent: boolean;
  readonly keptMs: number;
}

/**
 * What was asked and answered, as it crossed the wire between the caller and us: without secrets,
 * and cut where it is long.
 */
export interface RequestContent {
  readonly asked: string;
  readonly answered: string;
}

/** Why nobody answered: a failure, or what kept everybody from being asked. */
export type EndCause =
  | FailureClass
  | Extract<SkipRecord['cause'], 'bound-to-account' | 'budget' | 'protocol'>;

export interface RequestRecord {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly durationMs: number;
  /** Absent in records of an older version. */
  readonly times?: RequestTimes | undefined;
  /** From its beginning to the first content that its caller got; absent: it got none. */
  readonly firstEventMs?: number | undefined;
  /**
   * Who asked: the name of its gateway key, else `NAME (user-agent)`, as the client calls itself,
   * without its version; absent: it did not say.
   */
  readonly caller?: string | undefined;
  /** The session that the caller's headers name. */
  readonly session?: string | undefined;
  /**
   * Equal for requests of one process that ask the same: a keyed digest of the last text of the
   * user. Only where something went wrong.
   */
  readonly promptDigest?: string | undefined;
  /**
   * Which reading of the configuration it was carried by: 1 is that of the start, and each reload
   * adds one.
   */
  readonly configGeneration?: number | undefined;
  readonly task: string;
  /** The model as the caller named it. */
  readonly model: string;
  readonly protocol: ProtocolName;
  readonly operation: Operation;
  readonly streamed: boolean;
  readonly outcome: 'answered' | 'broken' | 'failed' | 'client-gone';
  /** The target that answered. */
  readonly answeredBy?: string | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly skipped: readonly SkipRecord[];
  /**
   * Of a request that nobody answered: why the first candidate of the route did not, whether it was
   * asked or is held back.
   */
  readonly cause?: EndCause | undefined;
  /** Of a request that nobody answered: every candidate once; of a large pool the first ones. */
  readonly candidates?: readonly CandidateVerdict[] | undefined;
  /** The candidates that are not listed; absent: none. */
  readonly unlisted?: readonly UnlistedKeys[] | undefined;
  /**
   * Of all attempts that said, those included whose answer was not used; of those that were cut at
   * least what was delivered.
   */
  readonly usage?: Usage | undefined;
  /** Absent: nothing was used that anybody told of. */
  readonly cost?: RequestCost | undefined;
  /**
   * Attempts that may be billed and never said for how much: the request was out, and no refusal
   * came. Absent: none.
   */
  readonly unmetered?: number | undefined;
  /** Where the streamed answer was continued after a break; absent: it came in one piece. */
  readonly joints?: readonly JointRecord[] | undefined;
  /** Oddities that did not stop the answer: malformed events dropped, a missing terminal marker. */
  readonly notes: readonly string[];
  /** Why a broken answer was not continued; absent: it was, or nobody tried. */
  readonly notContinued?: string | undefined;
  /**
   * What a person can do about the trouble, one thing each; absent: nothing, or only waiting helps.
   */
  readonly mends?: readonly string[] | undefined;
  /**
   * Kept only where `records.content` says so, in a file of its own, and told only where one record
   * is asked for by its id.
   */
  readonly content?: RequestContent | undefined;
}
