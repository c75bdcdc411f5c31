/**
 * The possible faults as data: refusals, broken connections, malformed answers, and when each of
 * them happens.
 */

import type { Breakage } from './breakage.ts';
import type { ScaledTime } from './clock.ts';
import type { TemplateRole } from './speakers.ts';

/** An error answer, before a protocol encodes it. */
export interface SimRefusal {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** Says how an answer differs from a plain one. Numbers count content events. */
export interface AnswerShape {
  /**
   * Answers with a summary instead of the echo, including what the prompt lists under "Word for
   * word". `inflated`: followed by the prompt twice.
   */
  readonly summary?: 'short' | 'inflated';
  readonly firstTokenSeconds?: number;
  readonly cutAfter?: number;
  readonly stallAfter?: number;
  readonly malformedAt?: number;
  readonly errorAfter?: number;
  readonly withoutDone?: boolean;
  readonly hasCrlf?: boolean;
  readonly hasComments?: boolean;
  readonly paceMs?: number;
  /** Sends exactly this many content events. */
  readonly exactEvents?: number;
  /**
   * Replaces the protocol's finish word; null for none. `openai-responses` uses it as a status,
   * otherwise as the reason of an incomplete answer.
   */
  readonly finish?: string | null;
  /** Ends the answer after this many content events. */
  readonly finishAfter?: number;
  /** Sends at least this many content events. */
  readonly leastEvents?: number;
  /**
   * Replaces the echo. `reasoning`: only reasoning, up to the length limit.
   * `titles`: a title if one is asked for, else the echo.
   */
  readonly says?: 'reasoning' | 'refusal' | 'thoughts' | 'titles';
}

/** The facts of a request that a model's fault may depend on. */
export interface Occasion {
  /** The conversation ends with an assistant message. */
  readonly isPrefill: boolean;
  readonly hasImages: () => boolean;
  /** Lists the roles of the conversation in order. */
  readonly speakers: () => readonly TemplateRole[];
  /** Number of requests for this model since the last reset, starting at 1. */
  readonly count: () => number;
  /** True if the first of them came less than this many seconds ago. Also counts. */
  readonly isWithin: (seconds: number) => boolean;
}

/** Decides whether the fault happens. */
export type Occurrence = (occasion: Occasion) => boolean;

/** The fault selected by a model name. */
export type ModelFault =
  | { readonly kind: 'refuse'; readonly refusal: SimRefusal; readonly when: Occurrence }
  | { readonly kind: 'break'; readonly breakage: Breakage; readonly when: Occurrence }
  | { readonly kind: 'shape'; readonly shape: AnswerShape };

/** Requests with a key since the last reset. Times are epoch ms. */
export interface KeyMemory {
  /** Includes the current one. */
  requests: number;
  outageBeganAt?: number;
  planBeganAt?: number;
  /** Times of the accepted requests of the last minute. */
  accepted: readonly number[];
}

/** Says what the key alone does to a request. Default: it is accepted, without headers about it. */
export interface SimKeyVerdict {
  readonly refusal?: SimRefusal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Decides how a key behaves: called once per request; may update the memory. */
export type KeyBehaviour = (memory: KeyMemory, time: ScaledTime) => SimKeyVerdict;
