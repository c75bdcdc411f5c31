/** A plain question and its answer, as `holdfast.ask()` takes and gives them. */

import { RequestError } from '../errors.ts';
import type { SkipRecord, Usage } from '../model/record.ts';

/**
 * One turn without a history; for conversations and tools there are the SDKs over `holdfast.fetch`.
 */
export interface Question {
  /** What the user says. */
  readonly prompt: string;
  /** A task, an alias, or `provider/model`. Default: `main`. */
  readonly model?: string | undefined;
  /**
   * A person has picked this very model: lack of money a while ago does not keep it from being
   * asked. Default: false.
   */
  readonly isPicked?: boolean | undefined;
  /**
   * How long it may wait for capacity while nothing is free, ms. Default: by what its caller
   * announces and config says (`max_wait`).
   */
  readonly maxWaitMs?: number | undefined;
  /** What stands before the question as the system's message. Default: none. */
  readonly system?: string | undefined;
  /**
   * Called with each piece of text as it comes; not waited for. What it throws ends the request,
   * and `ask()` rejects with it. When the question fails after pieces have come, those are no
   * answer. Default: nobody listens.
   */
  readonly onText?: ((text: string) => void) | undefined;
  /** Ends the request at once, upstream too; `ask()` rejects with its reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer that came to its end. */
export interface AskResult {
  /** All of it. */
  readonly text: string;
  /** The target that answered: `provider/model`. */
  readonly target: string;
  /** Requests on the wire, the one that answered included. */
  readonly attempts: number;
  /** For `holdfast.record()`. */
  readonly requestId: string;
  /**
   * Who was passed over before it, and why: held back, without a key, or unable to take the
   * request.
   */
  readonly skipped: readonly SkipRecord[];
  /** Absent where the provider did not say. */
  readonly usage?: Usage;
}

const kinds: Readonly<
  Record<keyof Question, 'string' | 'number' | 'boolean' | 'function' | 'object'>
> = {
  prompt: 'string',
  model: 'string',
  isPicked: 'boolean',
  maxWaitMs: 'number',
  system: 'string',
  onText: 'function',
  signal: 'object',
};

/**
 * A question in its long form. Throws `RequestError` (`request-invalid`) for what is none, before
 * anything is sent.
 */
export function toQuestion(asked: string | Question): Question {
  const question = typeof asked === 'string' ? { prompt: asked } : asked;
  if (typeof question !== 'object' || question === null)
    throw refuseQuestion('a question is a text or an object');
  if (typeof question.prompt !== 'string')
    throw refuseQuestion('"prompt" of a question must be a text');
  for (const [key, value] of Object.entries(question)) {
    const kind = Object.entries(kinds).find(([name]) => name === key)?.[1];
    if (kind === undefined) throw refuseQuestion(`a question has no "${key}"`);
    if (value !== undefined && typeof value !== kind)
      throw refuseQuestion(`"${key}" of a question must be a ${kind}`);
  }
  return question;
}

function refuseQuestion(message: string): RequestError {
  const fix = `the fields are ${Object.keys(kinds).join(', ')}; all else goes through an SDK or holdfast.fetch`;
  return new RequestError('request-invalid', message, { status: 400, fix });
}
