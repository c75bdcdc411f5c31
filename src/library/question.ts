/** The question and answer of `holdfast.ask()`. */

import { RequestError } from '../errors.ts';
import type { SkipRecord, Usage } from '../model/record.ts';

/** One turn without history. For conversations and tools use an SDK over `holdfast.fetch`. */
export interface Question {
  readonly prompt: string;
  /** A task, an alias, or `provider/model`. Default: `main`. */
  readonly model?: string | undefined;
  /**
   * The user has picked this very model, so it is tried even if it was recently out of credit.
   * Default: false.
   */
  readonly isPicked?: boolean | undefined;
  /** Nobody else is asked in the place of the first model. Default: false. */
  readonly isAlone?: boolean | undefined;
  /**
   * Longest wait for capacity, in ms. Default: from the caller's announced limit and the setting
   * `max_wait`.
   */
  readonly maxWaitMs?: number | undefined;
  /** The system message. Default: none. */
  readonly system?: string | undefined;
  /**
   * Called with each piece of text; not awaited. If it throws, the request ends and `ask()` rejects
   * with that error. If the question fails later, the pieces so far are not an answer. Default:
   * none.
   */
  readonly onText?: ((text: string) => void) | undefined;
  /**
   * Ends the request at once, at the provider too; `ask()` rejects with its reason. Default: none.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface AskResult {
  readonly text: string;
  /** The target that answered: `provider/model`. */
  readonly target: string;
  /** Number of requests sent, including the one that was answered. */
  readonly attempts: number;
  /** Is the argument of `holdfast.record()`. */
  readonly requestId: string;
  /**
   * Candidates passed over before it, with the reason: held back, without a key, or unable to take
   * the request.
   */
  readonly skipped: readonly SkipRecord[];
  /** Absent if the provider did not report it. */
  readonly usage?: Usage;
}

const kinds: Readonly<
  Record<keyof Question, 'string' | 'number' | 'boolean' | 'function' | 'object'>
> = {
  prompt: 'string',
  model: 'string',
  isPicked: 'boolean',
  isAlone: 'boolean',
  maxWaitMs: 'number',
  system: 'string',
  onText: 'function',
  signal: 'object',
};

/** Throws `RequestError` (`request-invalid`) for an invalid question, before anything is sent. */
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
  return new RequestError('request-invalid', message, { fix });
}
