/**
 * The source of every reading command: a running gateway over its admin API, or else the state
 * file. Commands do not know which; they only print `from.text`.
 */

import type { RequestContent, RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageQuery, UsageRow } from '../../model/usage.ts';
import type { RecordQuery } from '../../store/store.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from './snapshot.ts';

export interface Readings {
  readonly from: ReadingSource;
  /** Why the gateway does not use its changed configuration. Absent: it does. */
  readonly refused?: string | undefined;
  /** Returns the latest that match, newest first. */
  records(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /** Returns the prompt and the answer, if `records.content` has kept them. */
  content(id: string): Promise<RequestContent | undefined>;
  /** Returns rows by day, the oldest first. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** Returns budgets of the configuration and of callers' keys. */
  budgets(): Promise<readonly BudgetStanding[]>;
  snapshot(): Promise<Snapshot>;
  /** Returns the plan for every task, or for whatever `name` means. */
  plan(name?: string): Promise<Plan>;
  /** Asks the admin API for facts that only a gateway has. Absent if none runs. */
  ask?(path: string, query: object): Promise<unknown>;
  close(): Promise<void>;
}

export interface ReadingSource {
  readonly kind: 'gateway' | 'file';
  /**
   * Names the source for people: `the gateway at http://127.0.0.1:4653 (pid 812)`, `the state file
   * …/state.db; no gateway runs`.
   */
  readonly text: string;
  readonly url?: string;
  readonly pid?: number;
}
