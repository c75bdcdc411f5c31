/**
 * The decision record of one request: every candidate used or skipped, and why. Types only;
 * access/report/record writes it. Its fields exist even if undefined: objects of one shape are
 * created three times as fast.
 */

import type { Decision } from './decision.ts';
import type { AnswerSpeaker, FailureClass, Mark } from './failure.ts';
import type { Operation, ProtocolName } from './protocol.ts';

/** How long something is left alone, and who set the end. */
export interface Rest {
  /** Epoch ms. */
  readonly until: number;
  readonly endSetBy: Mark['endSetBy'];
  readonly namedUntil?: Mark['namedUntil'];
}

export interface AttemptFailure {
  readonly class: FailureClass;
  readonly rule: string;
  readonly message: string;
  /** Present if these are not the target's own words. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** Where a redirect leads, or the program whose page came. Absent in older records. */
  readonly leadsTo?: string | undefined;
}

/** How far an attempt came, ms since it began. */
export interface AttemptPhases {
  /** Its connection was open. Absent: one that was open already was used, or none came to be. */
  readonly connectMs?: number | undefined;
  /** The head of the answer was there. Absent: none came. */
  readonly headMs?: number | undefined;
}

export interface AttemptRecord extends AttemptPhases {
  readonly target: string;
  readonly credential: string;
  readonly fingerprint: string;
  /** The place of its key, such as `config.yaml:5 → .env:3`. Absent if it needs none. */
  readonly foundAt?: string | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  /**
   * It probed a mark for all waiting requests, and does not count against the 12 attempts. Default:
   * false.
   */
  readonly isProbe?: true | undefined;
  readonly status?: number | undefined;
  /** Absent for the attempt that answered. */
  readonly failure?: AttemptFailure | undefined;
  /** Says what was done after the failure. */
  readonly decision?: Decision | undefined;
  /** Absent if the provider did not report it. */
  readonly usage?: Usage | undefined;
  /** Present if it is paid by the token and a price is known. */
  readonly usd?: number | undefined;
  /**
   * It is paid by the token but has no `usd`: no price is known, or the provider reported no usage.
   * Default: false.
   */
  readonly isUnpriced?: true | undefined;
  /** How long this failure holds the candidate back. Absent: not at all. */
  readonly heldBack?: Rest | undefined;
}

/** A candidate that was skipped without a request. */
export interface SkipRecord {
  readonly target: string;
  readonly credential?: string | undefined;
  /** `budget`: its budget is used up. `not-needed`: it was free, but another one answered. */
  readonly cause:
    | FailureClass
    | 'held-back'
    | 'bound-to-account'
    | 'budget'
    | 'protocol'
    | 'not-needed';
  readonly reason: string;
  /**
   * The reason in short. With `held-back`: what the provider said when the mark was made. With
   * `budget`: which budget lacks what.
   */
  readonly summary?: string | undefined;
  /** With `held-back`: the cause of the mark. */
  readonly heldFor?: FailureClass | undefined;
  /** With `held-back`: names the speaker of the cause, if not the target itself. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** It may be used again at this time, epoch ms; absent if unknown. */
  readonly until?: number | undefined;
  /** With `held-back`: since when, epoch ms, and who set the end. */
  readonly since?: number | undefined;
  readonly endSetBy?: Mark['endSetBy'] | undefined;
  readonly namedUntil?: Mark['namedUntil'];
}

/** The place where a broken answer was continued, and how much repeated text was removed there. */
export interface JointRecord {
  /** The length of the text that the caller had, in code points. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly way: 'prefill' | 'instruct' | 'afresh';
  readonly finding: 'clean' | 'lead-in' | 'fence' | 'restart' | 'overlap' | 'partial-word';
  /** In code points. */
  readonly removed: number;
}

/** Tokens as the provider counted them; absent if it did not report them. */
export interface Usage {
  /** All input tokens, including those read from or written to a cache. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** The part of the input that was read from a cache. */
  readonly cachedTokens?: number | undefined;
  /** The part of the input that was written to a cache. */
  readonly cacheWriteTokens?: number | undefined;
}

/** Where the time of a request went. The parts add up to its `durationMs`. */
export interface RequestTimes {
  /** Counts until the first attempt: reading, choosing, waiting for capacity or a slot. */
  readonly beforeMs: number;
  /** Sums the time of all attempts. */
  readonly atMs: number;
  /** Between attempts: pauses, rechecks, waits. */
  readonly betweenMs: number;
  /** After the last attempt. */
  readonly afterMs: number;
}

/** The cost of a request by the price table or the configuration. */
export interface RequestCost {
  /** Sums all attempts that reported usage, including unused answers. */
  readonly usd: number;
  /** The part of it that bought no answer. Absent: nothing. */
  readonly discardedUsd?: number | undefined;
  /**
   * Paid attempts that are not in `usd`: no price is known, or they reported no usage. Absent:
   * none.
   */
  readonly unpriced?: number | undefined;
  /** How the answering target is paid; if none answered, the last one that was asked. */
  readonly billing: Billing;
  /**
   * The day on which the price was looked up. Absent: it comes from the configuration, or none was
   * needed.
   */
  readonly asOf?: string | undefined;
}

/**
 * `metered`: by the token. `plan`: a subscription, whatever is used. `free`: nothing, such as a
 * local server.
 */
export type Billing = 'metered' | 'plan' | 'free';

/**
 * A candidate of a request that nobody answered: what happened to it, and when it may be used
 * again.
 */
export interface CandidateVerdict {
  readonly target: string;
  /** Absent if the target needs no key. */
  readonly credential?: string | undefined;
  readonly was: 'tried' | 'skipped';
  /** The number of its requests; 0 if it was skipped. */
  readonly requests: number;
  readonly cause: SkipRecord['cause'];
  /** With `held-back`: the cause of the mark. */
  readonly heldFor?: FailureClass | undefined;
  /** Names the speaker of the cause, if not the target itself. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** Epoch ms; absent if unknown. */
  readonly until?: number | undefined;
  /** Says the same in words. */
  readonly text: string;
}

/**
 * Candidates of one target that a list leaves out, because there are too many or because the
 * request ended first.
 */
export interface UnlistedKeys {
  readonly target: string;
  /** Is 1 for a target that needs no key. */
  readonly count: number;
  /**
   * The first of them may be used again at this time, epoch ms; for a free one, the time of the
   * record; absent if unknown.
   */
  readonly until?: number | undefined;
}

/** What is stored of requests. */
export interface RecordSettings {
  /** True when request and answer texts are stored too. */
  readonly hasContent: boolean;
  readonly keptMs: number;
}

/**
 * Request and answer as they crossed the wire to the caller: without secrets, and long ones are
 * cut.
 */
export interface RequestContent {
  readonly asked: string;
  readonly answered: string;
}

/** Why nobody answered: a failure, or what held every candidate back. */
export type EndCause =
  | FailureClass
  | Extract<SkipRecord['cause'], 'bound-to-account' | 'budget' | 'protocol'>;

export interface RequestRecord {
  readonly id: string;
  /** The machine of the fleet's member that served it. Absent: it was read where it was served. */
  readonly member?: string | undefined;
  /** Epoch ms. */
  readonly at: number;
  readonly durationMs: number;
  /** Absent in records of an older version. */
  readonly times?: RequestTimes | undefined;
  /** Time from the start to the caller's first content. Absent: it got none. */
  readonly firstEventMs?: number | undefined;
  /**
   * The name of its gateway key, else `NAME (user-agent)` without the client's version. Absent: it
   * named none.
   */
  readonly caller?: string | undefined;
  /** The session that the caller's headers name. */
  readonly session?: string | undefined;
  /** The sub-agent of this session that they name. Absent: its main agent, or none is named. */
  readonly agent?: string | undefined;
  /**
   * Equal for requests of one process with the same prompt: a keyed digest of the user's last text.
   * Present only if something went wrong.
   */
  readonly promptDigest?: string | undefined;
  /** The reading of the configuration that it used: 1 at the start, one more for each reload. */
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
   * If nobody answered: why the first candidate of the route did not, whether it was asked or held
   * back.
   */
  readonly cause?: EndCause | undefined;
  /** If nobody answered: every candidate once; of a large pool only the first ones. */
  readonly candidates?: readonly CandidateVerdict[] | undefined;
  /** The candidates that are not listed. Absent: none. */
  readonly unlisted?: readonly UnlistedKeys[] | undefined;
  /**
   * Sums all attempts that reported usage, including unused answers; a cut attempt counts at least
   * what was delivered.
   */
  readonly usage?: Usage | undefined;
  /** Absent if no attempt reported usage. */
  readonly cost?: RequestCost | undefined;
  /**
   * Counts attempts that may be billed but reported no usage: the request was sent, and no refusal
   * came. Absent: none.
   */
  readonly unmetered?: number | undefined;
  /** The places where the streamed answer was continued after a break. Absent: there were none. */
  readonly joints?: readonly JointRecord[] | undefined;
  /** Oddities that did not stop the answer: malformed events dropped, a missing terminal marker. */
  readonly notes: readonly string[];
  /** Why a broken answer was not continued. Absent: it was, or nothing tried. */
  readonly notContinued?: string | undefined;
  /**
   * What a person can do about the trouble, one fix each. Absent: nothing, or only waiting helps.
   */
  readonly fixes?: readonly string[] | undefined;
  /**
   * Stored only if `records.content` says so, in a file of its own, and shown only with a single
   * record.
   */
  readonly content?: RequestContent | undefined;
}

/** What is known of a request when it begins. */
export type BegunRequest = Pick<
  RequestRecord,
  'id' | 'at' | 'caller' | 'task' | 'model' | 'protocol' | 'operation' | 'streamed'
>;

/** Is told of every request that reaches a route. */
export interface RequestBooks {
  begin(request: BegunRequest): void;
  /** Comes for each that began, before its record. */
  leave(id: string): void;
  end(record: RequestRecord): void;
}
