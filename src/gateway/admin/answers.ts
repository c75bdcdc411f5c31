/** The answers of the admin API as types. Its OpenAPI description is generated from them. */

import type { KeyTest } from '../../diagnostics/test-key.ts';
import type { Examination } from '../../explain/doctor/troubles.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import type { Snapshot, WorkerCounts } from '../../explain/snapshot/snapshot.ts';
import type { LogEntry } from '../../logs/entry.ts';
import type { Mark } from '../../model/failure.ts';
import type { FleetStanding } from '../../model/fleet.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { SeriesRow, SeriesSpan } from '../../model/series.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageRow } from '../../model/usage.ts';

export type { Plan, RequestRecord, Snapshot };

export interface RecordsAnswer {
  /** Sorted with the newest first, as callers read them. */
  readonly records: readonly RequestRecord[];
  /** Why those of the fleet's other members are missing. Absent: they are not. */
  readonly alone?: string | undefined;
}

export interface UsageAnswer {
  /** Are sorted by day, oldest first. */
  readonly usage: readonly UsageRow[];
}

export interface SeriesAnswer {
  /** The upper ends of the buckets of times, ms; the last bucket has what took longer. */
  readonly boundsMs: readonly number[];
  /**
   * When a gateway was there, to the minute or the hour. Between them none was, and outside of them
   * there are no rows.
   */
  readonly ran: readonly SeriesSpan[];
  /** By time, oldest first: of 32 series, those that were asked most, and `others`. */
  readonly rows: readonly SeriesRow[];
}

export interface BudgetsAnswer {
  /** The overall budgets first, those of callers last. */
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
  /** Absent: it has none, and answers requests itself. */
  readonly workers?: WorkerCounts | undefined;
  /** Absent: it is no member of a fleet. */
  readonly fleet?: FleetStanding | undefined;
  /** Says why the configuration in the file is not in force. Absent: it is in force. */
  readonly configRefused?: string | undefined;
}

export interface ResetAnswer {
  /** The marks that were removed. */
  readonly ended: readonly Mark[];
}

export interface ReloadAnswer {
  /** The file in force, or what replaces it. */
  readonly config: string;
}

/** The report of `holdfast doctor`. */
export interface DoctorAnswer extends Examination {
  readonly notChecked: readonly string[];
}

export interface TestAnswer {
  /** Are in the order of the keys. */
  readonly tests: readonly KeyTest[];
}

export interface LinkAnswer {
  /** Opens the page in a browser, once. */
  readonly url: string;
  /** Epoch ms. */
  readonly until: number;
}

export interface SessionAnswer {
  /** The name of the key. */
  readonly name: string;
  /** `call`: only its own records, usage and budget. */
  readonly scope: 'admin' | 'call';
  /** When its session in the browser ends, epoch ms. Absent: it asks with the key itself. */
  readonly endsAt?: number | undefined;
}

/** The body of every refusal; `code` is one of docs/errors.md. */
export interface ErrorAnswer {
  readonly error: {
    /** Says what is wrong, and how to fix it. */
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** An event `delta` of the stream: what differs from the previous version. */
export interface SnapshotDelta {
  readonly v: number;
  /** Epoch ms. */
  readonly at: number;
  /** Fields of the snapshot, whole. */
  readonly changed: Partial<Snapshot>;
  /** What has changed in its lists. */
  readonly rows: readonly ChangedRows[];
}

export interface ChangedRows {
  /** The list. Its rows are known by their `id`, those of callers and tasks by their `name`. */
  readonly of: 'credentials' | 'callers' | 'tasks' | 'live' | 'recent';
  /** All rows in their order; a row that is not named is gone. Absent: as before. */
  readonly ids?: readonly string[] | undefined;
  /** The rows that are new or differ, whole. */
  readonly set: readonly object[];
}

/** An event `beat` of the stream: nothing has changed for a second, and the gateway is there. */
export type SnapshotBeat = Pick<Snapshot, 'v' | 'at'>;
