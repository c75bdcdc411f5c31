/**
 * The state of a gateway at one moment in one value, for the admin API and the commands. Records,
 * usage, budgets and plans are read separately. It has names, times and fingerprints, and never a
 * secret. Times are epoch ms; an absent field is unknown. Types only.
 */

import type { KeyRow } from '../../diagnostics/key-report.ts';
import type { RefusalCount } from '../../model/events.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { FleetStanding } from '../../model/fleet.ts';
import type { RequestRecord, SkipRecord } from '../../model/record.ts';
import type { Trouble } from '../doctor/troubles.ts';

export interface Snapshot {
  /**
   * Grows by one with each change; 0 if changes are not counted, as in a snapshot made from the
   * file.
   */
  readonly v: number;
  readonly at: number;
  readonly verdict: SnapshotVerdict;
  readonly self: SnapshotSelf;
  /** Grouped by provider, each in order of use. */
  readonly credentials: readonly CredentialState[];
  /** Lists callers with a request today (UTC), finished or not. */
  readonly callers: readonly CallerState[];
  /** Lists the tasks, and models that were named in requests and not answered. */
  readonly tasks: readonly TaskState[];
  /** Lists unfinished requests, the oldest first. */
  readonly live: readonly LiveRequest[];
  /** The latest 50: failed and rescued ones first, which leave half of the places to others. */
  readonly recent: readonly LateRequest[];
  /** Requests that were refused before a target was chosen, since the gateway started. */
  readonly refusals: readonly RefusalCount[];
}

/** As bad as the worst part of the snapshot; `unknown` if nothing has been asked yet. */
export interface SnapshotVerdict {
  readonly state: 'well' | 'resting' | 'broken' | 'unknown';
  readonly text: string;
  readonly fixes: readonly Fix[];
  /** What `text` and `fixes` sum up: the first three, the worst first. Empty if all is well. */
  readonly troubles: readonly SnapshotTrouble[];
}

/** A trouble as `holdfast explain` tells it. */
export type SnapshotTrouble = Omit<Trouble, 'exit'>;

/**
 * The program that made the snapshot. Without url and times it is no gateway, and the state is from
 * the file.
 */
export interface SnapshotSelf {
  readonly version: string;
  /** The words that start this program in a shell, such as `holdfast`. */
  readonly program: readonly string[];
  readonly pid: number;
  readonly url?: string | undefined;
  readonly startedAt?: number | undefined;
  /** Absent: one process does everything. */
  readonly workers?: WorkersState | undefined;
  /** Absent: it is no member of a fleet. */
  readonly fleet?: FleetStanding | undefined;
  readonly config: {
    /**
     * The file, or a phrase if there is none: `none; the key in XAI_API_KEY chose the provider`.
     */
    readonly path: string;
    /** The number of successful reloads since the start. */
    readonly generation?: number | undefined;
    /** The file was changed and is invalid; the last valid version stays in force. */
    readonly refused?: string | undefined;
  };
}

/** The processes that answer the requests of a gateway. */
export interface WorkerCounts {
  /** How many there should be. */
  readonly of: number;
  /** How many take requests now. */
  readonly running: number;
  /** How often one has ended unasked and was started again, since the gateway's start. */
  readonly restarts: number;
}

export interface WorkersState extends WorkerCounts {
  /** So many did not say in time what they are doing: `live` lacks that. Absent: none. */
  readonly silent?: number | undefined;
}

/**
 * One credential of a provider. Equal ones are merged. A key that is held back for some models only
 * still `works`; `marks` names them.
 */
export interface CredentialState extends Omit<KeyRow, UntoldOfKey> {
  /** Where its secret was found, or searched: `.env:3`. */
  readonly origin: string;
  /** What is odd about how it looks, unless it works: `… begins with a quotation mark`. */
  readonly oddities: readonly string[];
  /** When it last worked. */
  readonly provenAt?: number | undefined;
  /**
   * The number of requests that it answered in each of the last 24 hours, the oldest first and the
   * current hour last. Absent: none.
   */
  readonly hourly?: readonly number[] | undefined;
  /** USD since 00:00 UTC. Absent: no cost by the token is known. */
  readonly costToday?: number | undefined;
  readonly fixes: readonly Fix[];
}

type UntoldOfKey =
  | 'order'
  | 'origin'
  | 'foundAt'
  | 'alsoAt'
  | 'variable'
  | 'models'
  | 'moreMarks'
  | 'lastSuccess';

/** A caller: a gateway key by its name, else a program by the name it sends. */
export interface CallerState {
  readonly name: string;
  readonly lastAt: number;
  /** Requests being answered now. */
  readonly inflight: number;
  /** Counts since 00:00 UTC. */
  readonly day: {
    readonly asked: number;
    readonly rescued: number;
    readonly failed: number;
    readonly usd?: number;
  };
}

export interface TaskState {
  readonly name: string;
  /** Whether one of its targets can be asked now or soon. */
  readonly usable: boolean;
  /** Present if its last request was not answered and nothing has changed since. */
  readonly failing?: TaskFailure | undefined;
  readonly plan: readonly {
    readonly target: string;
    /** Why it is on the route: `main`, `fallback_chain[0]`. */
    readonly why: string;
    /** The ids of its credentials; empty if it needs none. */
    readonly credentials: readonly string[];
  }[];
}

export interface TaskFailure {
  /** What happened to the last request: `acme/m had a server error`. */
  readonly text: string;
  /** The id of that request. */
  readonly request: string;
  /** When the first of those that failed in a row began. */
  readonly since: number;
  readonly inARow: number;
}

/** A request that has not ended. */
export interface LiveRequest {
  readonly id: string;
  readonly caller?: string | undefined;
  /** The target that answers; absent until an answer has begun. */
  readonly target?: string | undefined;
  readonly since: number;
  /** From its arrival to the first byte of its answer. */
  readonly firstEventMs?: number | undefined;
  /** The bytes of the answer so far, rounded up to whole kB. */
  readonly bytes: number;
}

/** A finished request in short; its record has the rest. */
export interface LateRequest
  extends Pick<RequestRecord, 'id' | 'at' | 'caller' | 'task' | 'answeredBy' | 'outcome'> {
  readonly asked: string;
  /** The first choice of a rescued request. */
  readonly insteadOf?: string | undefined;
  /** The failure that kept the first choice from answering. Absent: nothing did. */
  readonly rescuedFrom?: FailureClass | SkipRecord['cause'] | undefined;
  readonly ms: number;
}
