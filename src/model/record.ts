/** The decision record of one request: every candidate used or skipped, and why. Types only; written by access/record. */

import type { Decision } from './decision.ts';
import type { FailureClass } from './failure.ts';
import type { Operation, ProtocolName } from './protocol.ts';

/** One attempt on the wire, and what came of it. */
export interface AttemptRecord {
  readonly target: string;
  readonly credential: string;
  readonly fingerprint: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status?: number;
  /** Absent for the attempt that answered. */
  readonly failure?: { readonly class: FailureClass; readonly rule: string; readonly message: string };
  /** What was decided after the failure. */
  readonly decision?: Decision;
}

/** A candidate that was passed over without a request. */
export interface SkipRecord {
  readonly target: string;
  readonly credential?: string;
  readonly cause: FailureClass | 'benched' | 'bound-to-account' | 'protocol';
  readonly reason: string;
  /** When it may be used again, epoch ms; absent when nobody knows. */
  readonly until?: number;
}

/** Tokens as the provider counted them; absent when it did not say. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface RequestRecord {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly durationMs: number;
  readonly task: string;
  /** The model as the caller named it. */
  readonly model: string;
  readonly protocol: ProtocolName;
  readonly operation: Operation;
  readonly streamed: boolean;
  readonly outcome: 'answered' | 'broken' | 'failed' | 'client-gone';
  /** The target that answered. */
  readonly answeredBy?: string;
  readonly attempts: readonly AttemptRecord[];
  readonly skipped: readonly SkipRecord[];
  readonly usage?: Usage;
  /** Oddities that did not stop the answer: malformed events dropped, a missing terminal marker. */
  readonly notes: readonly string[];
}
