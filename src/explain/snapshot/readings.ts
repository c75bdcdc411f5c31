/**
 * What every command that explains reads: from a running gateway over its admin API, or from the
 * state file where none runs. A command takes this and never asks which; it only says so
 * (`from.text`).
 */

import type { RequestContent, RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageQuery, UsageRow } from '../../model/usage.ts';
import type { RecordQuery } from '../../store/store.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from './snapshot.ts';

export interface Readings {
  readonly from: ReadingSource;
  /** The latest that are asked for, newest first. */
  records(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /** What was asked and answered, where `records.content` has kept it. */
  content(id: string): Promise<RequestContent | undefined>;
  /** By day, the oldest first. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** Of the configuration and of callers' keys. */
  budgets(): Promise<readonly BudgetStanding[]>;
  snapshot(): Promise<Snapshot>;
  /** What a request would meet now: of every task, or of what `name` stands for. */
  plan(name?: string): Promise<Plan>;
  /** Asks the admin API for what only a gateway has. Absent: none runs. */
  ask?(path: string, query: object): Promise<unknown>;
  close(): Promise<void>;
}

export interface ReadingSource {
  readonly kind: 'gateway' | 'file';
  /**
   * For people: `the gateway at http://127.0.0.1:4653 (pid 812)`, `the state file …/state.db; no
   * gateway runs`.
   */
  readonly text: string;
  readonly url?: string;
  readonly pid?: number;
}
