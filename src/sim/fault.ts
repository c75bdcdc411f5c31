/**
 * What can go wrong, as data: refusals, broken wires, misshapen answers, and when each of them
 * happens.
 */

import type { Breakage } from './breakage.ts';
import type { ScaledTime } from './clock.ts';
import type { TemplateRole } from './speakers.ts';

/** An error answer, before a protocol gives it its shape. */
export interface SimRefusal {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** How an answer that does come differs from a plain one. Counts are content events. */
export interface AnswerShape {
  /**
   * A summary in place of the echo, with what the prompt lists under "Word for word". `inflated`:
   * and the prompt twice.
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
  /** Exactly this many content events. */
  readonly exactEvents?: number;
  /**
   * Ends the answer in place of the protocol's own word; null for none. `openai-responses` has it
   * as a status, else as the reason of an incomplete answer.
   */
  readonly finish?: string | null;
  /** Says no more than so many content events of what it was to say. */
  readonly finishAfter?: number;
  /** At least this many content events. */
  readonly leastEvents?: number;
  /**
   * What it says in place of the echo. `reasoning`: thoughts alone, up to the length limit.
   * `titles`: a title where one is asked for, else the echo.
   */
  readonly says?: 'reasoning' | 'refusal' | 'thoughts' | 'titles';
}

/** A request in the eyes of a model's fault. */
export interface Occasion {
  /** The conversation ends with an assistant message. */
  readonly isPrefill: boolean;
  readonly hasImages: () => boolean;
  /** Who speaks in the conversation, in order. */
  readonly speakers: () => readonly TemplateRole[];
  /** Which request of this model's it is since the last reset, from 1 on. */
  readonly count: () => number;
  /** Whether the first of them came less than so many seconds ago. Counts as well. */
  readonly isWithin: (seconds: number) => boolean;
}

/** When a fault happens. */
export type Occurrence = (occasion: Occasion) => boolean;

/** What a model name asks for. */
export type ModelFault =
  | { readonly kind: 'refuse'; readonly refusal: SimRefusal; readonly when: Occurrence }
  | { readonly kind: 'break'; readonly breakage: Breakage; readonly when: Occurrence }
  | { readonly kind: 'shape'; readonly shape: AnswerShape };

/** What a key has asked since the last reset. Times are epoch ms. */
export interface KeyMemory {
  /** The present one included. */
  requests: number;
  outageBeganAt?: number;
  /** When accepted requests of the last minute came. */
  accepted: readonly number[];
}

/**
 * What becomes of a request by its key alone. Default: it is accepted, and no header tells of the
 * key.
 */
export interface SimKeyVerdict {
  readonly refusal?: SimRefusal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * How a key behaves: called once for each request, and notes in the memory what it has to remember.
 */
export type KeyBehaviour = (memory: KeyMemory, time: ScaledTime) => SimKeyVerdict;
