/** The parts that the admin API works on, and the facts of one request to it. Types only. */

import type { GatewaySettings } from '../../config/resolved/resolved.ts';
import type { LiveRequest } from '../../explain/snapshot/snapshot.ts';
import type { RunningFacts } from '../../explain/snapshot/take-snapshot.ts';
import type { Runtime } from '../../runtime.ts';
import type { Incoming, KeyHolder } from '../incoming.ts';
import type { LinkAnswer } from './answers.ts';
import type { Snapshots } from './snapshots.ts';
import type { Telemetry } from './telemetry.ts';

export interface AdminParts {
  readonly runtime: Runtime;
  /** Lists the requests in progress. */
  readonly live: () => readonly LiveRequest[];
  readonly running: () => Omit<RunningFacts, 'refused'>;
  readonly telemetry: Telemetry;
  readonly isDraining: () => boolean;
  /** Throws if the request's key no longer allows what it did. */
  readonly identify: (incoming: Incoming) => void;
  /** Throws a 403 for a session, and where no browser may open the page. */
  readonly makeLink: (holder: KeyHolder, forMs: number, settings: GatewaySettings) => LinkAnswer;
}

export interface AdminContext extends AdminParts {
  /** Names of what runs one at a time. */
  readonly underWay: Set<string>;
  readonly snapshots: Snapshots;
}

export interface AdminAsking {
  readonly incoming: Incoming;
  /** Holds the rest of the path after the endpoint: an id, a name, or empty. */
  readonly rest: string;
  readonly query: string;
  /** The caller whose records alone may be seen; undefined: all callers. */
  readonly own: string | undefined;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}
