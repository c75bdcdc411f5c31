/** The provider's own log of every attempt, returned by `GET /sim/log`. */

import { createHash } from 'node:crypto';

/** One request as the provider saw it. Times are epoch ms; a fault has its name from the tables. */
export interface SimAttempt {
  readonly sequence: number;
  readonly at: number;
  readonly method: string;
  /** Excludes the query. */
  readonly path: string;
  readonly model: string | null;
  /** `sha256:` and 16 hex digits; null if the request has no key. */
  readonly keyFingerprint: string | null;
  readonly fault: string | null;
  /** Null until a head is sent. */
  readonly status: number | null;
  /** Counts the content events written to the stream. */
  readonly eventsSent: number;
  /** Set if the client left before its answer was complete. */
  readonly hungUpAtMs?: number;
  /** Null while the attempt is in progress. */
  readonly durationMs: number | null;
  /** True if the conversation ended with an assistant message. */
  readonly prefill: boolean;
  /** It is set only with the option `keepBodies`. */
  readonly body?: string;
}

/** An attempt that is still in progress. */
export type OpenAttempt = { -readonly [Field in keyof SimAttempt]: SimAttempt[Field] };

const attemptLimit = 20_000;

/** Keeps the newest 20,000 attempts. Clearing does not reset sequence numbers. */
export class AttemptLog {
  #attempts: OpenAttempt[] = [];
  #sequence = 0;

  open(method: string, path: string, at: number): OpenAttempt {
    this.#sequence += 1;
    const attempt: OpenAttempt = {
      sequence: this.#sequence,
      at,
      method,
      path,
      model: null,
      keyFingerprint: null,
      fault: null,
      status: null,
      eventsSent: 0,
      durationMs: null,
      prefill: false,
    };
    if (this.#attempts.length >= attemptLimit * 1.25)
      this.#attempts = this.#attempts.slice(-attemptLimit);
    this.#attempts.push(attempt);
    return attempt;
  }

  /** Returns the attempts so far, oldest first. */
  list(): readonly SimAttempt[] {
    return this.#attempts.slice(-attemptLimit).map((attempt) => ({ ...attempt }));
  }

  clear(): void {
    this.#attempts = [];
  }
}

/** Returns the fingerprint that stands for a key in the log. */
export function shortHashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
