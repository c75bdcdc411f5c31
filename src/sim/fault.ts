/** What can go wrong, as data: refusals, broken wires, misshapen answers, and when each of them happens. */

import type { Breakage } from './breakage.ts';

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
  /** A summary in place of the echo, with what the prompt lists under "Word for word". `inflated`: and the prompt twice. */
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
  /** At least this many content events. */
  readonly leastEvents?: number;
  /** What it says in place of the echo. `reasoning`: thoughts alone, up to the length limit. `titles`: a title where one is asked for, else the echo. */
  readonly says?: 'reasoning' | 'refusal' | 'thoughts' | 'titles';
}

/** When a fault happens; counted per model name (or key) since the last reset. */
export type Occurrence =
  | { readonly type: 'always' }
  | { readonly type: 'first'; readonly times: number }
  | { readonly type: 'during'; readonly seconds: number }
  | { readonly type: 'prefill' }
  | { readonly type: 'images' };

/** What a model name asks for. */
export type ModelFault =
  | { readonly kind: 'refuse'; readonly refusal: SimRefusal; readonly when: Occurrence }
  | { readonly kind: 'break'; readonly breakage: Breakage; readonly when: Occurrence }
  | { readonly kind: 'shape'; readonly shape: AnswerShape };

/** How a key behaves. */
export type KeyBehaviour =
  | { readonly kind: 'good' }
  | { readonly kind: 'refused'; readonly refusal: SimRefusal }
  | { readonly kind: 'flaky'; readonly refusals: number }
  | { readonly kind: 'spent'; readonly served: number }
  | { readonly kind: 'limited'; readonly perMinute: number }
  | { readonly kind: 'outage'; readonly seconds: number };

/** The compiler's proof that a switch is complete. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
