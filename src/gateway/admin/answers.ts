/** What the admin API answers, as types: its OpenAPI description is made from these. */

import type { Plan } from '../../explain/plan/plan.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import type { LogEntry } from '../../logs/entry.ts';
import type { Mark } from '../../model/failure.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageRow } from '../../model/usage.ts';

export type { Plan, RequestRecord, Snapshot };

export interface RecordsAnswer {
  /** The newest first. */
  readonly records: readonly RequestRecord[];
}

export interface UsageAnswer {
  /** By day, the oldest first. */
  readonly usage: readonly UsageRow[];
}

export interface BudgetsAnswer {
  /** Of all requests first, those of callers last. */
  readonly budgets: readonly BudgetStanding[];
}

export interface LogsAnswer {
  readonly lines: readonly LogEntry[];
}

export interface HealthAnswer {
  readonly status: 'ok' | 'draining';
  readonly version: string;
  readonly pid: number;
  readonly url: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Requests being answered. */
  readonly inflight: number;
  /** Why the configuration that stands in the file is not in force. Absent: it is. */
  readonly configRefused?: string | undefined;
}

export interface ResetAnswer {
  /** What held keys back until now. */
  readonly ended: readonly Mark[];
}

export interface ReloadAnswer {
  /** The file that is in force, or what stands for it. */
  readonly config: string;
}

/** Of every refusal, with its status; `code` as in docs/errors.md. */
export interface ErrorAnswer {
  readonly error: {
    /** What is wrong, and how to fix it. */
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/**
 * An event `delta` of the stream: whole fields of the snapshot that are not as they were in the
 * version before.
 */
export interface SnapshotDelta {
  readonly v: number;
  /** Epoch ms. */
  readonly at: number;
  readonly changed: Partial<Snapshot>;
}
