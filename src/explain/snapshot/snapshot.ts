/**
 * What a gateway is and does at one moment, in one value, for the admin API and the commands;
 * records, usage, budgets and plans they read beside it. Names, times and fingerprints; never a
 * secret. Times are epoch ms; what is absent is not known. Types only.
 */

import type { KeyState } from '../../credentials/health/key-state.ts';
import type { KeyMark } from '../../diagnostics/key-report.ts';
import type { LimitLeft, SecretSource } from '../../model/credential.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { ImagesPlan } from '../plan/plan.ts';

export interface Snapshot {
  /**
   * Grows by one with each change; 0 where nobody counts, as in one that was made from the file.
   */
  readonly v: number;
  readonly at: number;
  readonly verdict: SnapshotVerdict;
  readonly self: SnapshotSelf;
  /** In the order of use, provider by provider. */
  readonly credentials: readonly CredentialState[];
  /** Who has asked today (UTC) or is being answered. */
  readonly callers: readonly CallerState[];
  readonly tasks: readonly TaskState[];
  /** Requests on their way, the oldest first. */
  readonly live: readonly LiveRequest[];
  /** The latest 50: failed and rescued ones first, then the newest. */
  readonly lately: readonly LateRequest[];
  readonly members: readonly FleetMember[];
}

/** As bad as the worst of what follows (`unknown`: nothing has been asked yet). */
export interface SnapshotVerdict {
  readonly state: 'well' | 'resting' | 'broken' | 'unknown';
  readonly text: string;
  readonly mends: readonly Fix[];
}

/**
 * The program that made the snapshot. Without url and times it is no gateway: the state was read
 * from the file.
 */
export interface SnapshotSelf {
  readonly version: string;
  readonly pid: number;
  readonly url?: string | undefined;
  readonly startedAt?: number | undefined;
  readonly config: {
    /** The file, or what stands for it: `none; the key in XAI_API_KEY chose the provider`. */
    readonly path: string;
    /** How often it was read anew and taken since the start. */
    readonly generation?: number | undefined;
    /** The file was changed, and is wrong: what stays in force is the last good one. */
    readonly refused?: string | undefined;
  };
  readonly store: { readonly kind: 'file' | 'memory'; readonly path?: string };
}

/** One credential of a provider, equal ones merged. */
export interface CredentialState {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  /** Limit group. Absent: its own. */
  readonly account?: string | undefined;
  readonly source: SecretSource;
  /** Where its secret was found, or looked for: `.env:3`. */
  readonly origin: string;
  /** A source of higher rank holds a different secret: where that was found. */
  readonly shadowedBy?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** One that is held back for some models only still `works`; they are named in `holds`. */
  readonly state: KeyState;
  /** Why it is missing. */
  readonly detail?: string | undefined;
  /** The longest first. */
  readonly holds: readonly KeyMark[];
  /** When it last worked. */
  readonly provenAt?: number | undefined;
  /**
   * How much of its limit is left, by the headers of its latest answer. Absent: nothing was said,
   * or the limit is full again.
   */
  readonly left?: LimitLeft | undefined;
  /**
   * Requests that it answered in each of the last 24 hours, the oldest first and the running one
   * last. Absent: none.
   */
  readonly spark?: readonly number[] | undefined;
  /** USD since 00:00 UTC. Absent: nothing was paid for it by the token, as far as is counted. */
  readonly costToday?: number | undefined;
  readonly mends: readonly Fix[];
}

/** One who asks: a key of the gateway by its name, else a program by what it calls itself. */
export interface CallerState {
  readonly name: string;
  readonly lastAt: number;
  /** Requests that are being answered. */
  readonly writing: number;
  /** Since 00:00 UTC. */
  readonly day: {
    readonly asked: number;
    readonly rescued: number;
    readonly failed: number;
    readonly usd?: number;
  };
}

export interface TaskState {
  readonly name: string;
  /** Whether somebody of its plan may be asked now or soon. */
  readonly usable: boolean;
  readonly plan: readonly {
    readonly target: string;
    /** `main`, `fallback_chain[0]`. */
    readonly why: string;
    /** Ids of the credentials that it may be asked with; none where it needs none. */
    readonly credentials: readonly string[];
    readonly images: ImagesPlan;
  }[];
}

/** A request on its way. */
export interface LiveRequest {
  readonly id: string;
  readonly caller?: string | undefined;
  /** Who answers; absent until an answer has begun. */
  readonly target?: string | undefined;
  readonly since: number;
  /** From its arrival to the first byte of its answer. */
  readonly firstEventMs?: number | undefined;
  /** Of the answer, so far. */
  readonly bytes: number;
}

/** A request that is over, in short: its record has the rest. */
export interface LateRequest {
  readonly id: string;
  readonly at: number;
  readonly caller?: string | undefined;
  readonly task: string;
  readonly asked: string;
  readonly answeredBy?: string | undefined;
  readonly outcome: RequestRecord['outcome'];
  /** It was answered, and not by the first attempt: why the first failed. */
  readonly rescuedFrom?: FailureClass | undefined;
  readonly ms: number;
}

/** A process of the fleet; today always one, this. */
export interface FleetMember {
  readonly id: string;
  readonly pid: number;
  readonly version: string;
}
