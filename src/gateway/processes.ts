/**
 * What the gateways of a primary and of its workers ask of each other. The primary has the admin
 * API, the page, the counters and the run file; the workers answer requests. Types only.
 */

import type { LiveRequest, WorkerCounts } from '../explain/snapshot/snapshot.ts';
import type { RefusedCaller } from '../model/events.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Gateway } from './gateway.ts';
import type { Incoming } from './incoming.ts';
import type { IntakePlace } from './intake.ts';

/** Which of several processes a gateway is. Default: it is the only one. */
export interface GatewayRole {
  /** It is the primary of these. */
  readonly workers?: Workers | undefined;
  /** It is a worker of this primary. */
  readonly primary?: Primary | undefined;
  /** Where its connections come from. Default: the port of its configuration. */
  readonly place?: IntakePlace | undefined;
}

/** The workers, as the gateway of their primary sees them. */
export interface Workers {
  counts(): WorkerCounts;
  /** Counts the requests that they are answering. */
  inflight(): number;
  /** Asks each for its requests in progress. The promise of one that ends meanwhile rejects. */
  live(): readonly Promise<readonly LiveRequest[]>[];
  /** Each reads its configuration again. */
  reload(): void;
  /** Each says from now on that it is not ready, and none takes the place of one that dies. */
  endReadiness(): void;
  /** Resolves when all have ended: each finishes its requests first, within `drain_timeout`. */
  drain(): Promise<void>;
  /** Each ends its requests at once, with an error. */
  abort(): void;
}

/** The primary, as the gateway of a worker sees it. */
export interface Primary {
  /** Proves that the run file is this gateway's own: workers answer `/healthz`. */
  readonly token: string;
  readonly admin: AdminSide;
  readonly tally: RequestTally;
}

/** Answers the paths of the admin API, of metrics and of the page. */
export interface AdminSide {
  /** Rejects with `RequestError`. */
  answer(incoming: Omit<Incoming, 'holder'>): Promise<void>;
  /** Ends the event streams. */
  close(): void;
}

/** Counts what metrics and the page show. */
export interface RequestTally {
  /** A caller's request has ended; side tasks of our own are not counted. */
  readonly note: (record: RequestRecord) => void;
  /** A request was refused before it had a target. */
  readonly noteRefusal: (refusal: RefusedCaller) => void;
}

/** A gateway as the other processes see it. */
export interface GatewayInRole extends Gateway {
  readonly token: string;
  readonly tally: RequestTally;
  /** Says from now on that it is not ready; closing waits for nobody then. */
  endReadiness(): Promise<void>;
  /** Lists the requests in progress in this process. */
  live(): readonly LiveRequest[];
}
