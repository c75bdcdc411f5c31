/** The provider's own view of every attempt, as `GET /sim/log` gives it. */

import { createHash } from 'node:crypto';

/** One request as the provider saw it. Times are epoch ms; a fault is named as in the tables. */
export interface SimAttempt {
  readonly sequence: number;
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly model: string | null;
  /** `sha256:` and 16 hex digits; null without a key. */
  readonly keyFingerprint: string | null;
  readonly fault: string | null;
  /** Null until a head is sent. */
  readonly status: number | null;
  /** Content events written to the stream. */
  readonly eventsSent: number;
  /** When the client left before its answer was complete. */
  readonly hungUpAtMs?: number;
  /** Null while the attempt is under way. */
  readonly durationMs: number | null;
  /** Whether the conversation ended with an assistant message. */
  readonly prefill: boolean;
  /** As it came; only with the option `keepBodies`. */
  readonly body?: string;
}

/** An attempt that is still written to. */
export type OpenAttempt = { -readonly [Field in keyof SimAttempt]: SimAttempt[Field] };

const attemptLimit = 20_000;

/** Keeps the newest 20,000 attempts; sequence numbers go on when it is cleared. */
export class AttemptLog {
  #attempts: OpenAttempt[] = [];
  #sequence = 0;

  /** Begins an attempt. */
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

  /** The attempts so far, oldest first, as they are now. */
  list(): readonly SimAttempt[] {
    return this.#attempts.slice(-attemptLimit).map((attempt) => ({ ...attempt }));
  }

  clear(): void {
    this.#attempts = [];
  }
}

/** The fingerprint under which a key is logged. */
export function shortHashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
