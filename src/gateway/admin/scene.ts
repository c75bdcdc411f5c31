/** The parts that the admin API works on, and the facts of one request to it. Types only. */

import type { RunningFacts } from '../../explain/snapshot/take-snapshot.ts';
import type { Runtime } from '../../runtime.ts';
import type { Door } from '../door/door.ts';
import type { Incoming, KeyRing } from '../incoming.ts';
import type { GatewayInRole, Workers } from '../processes.ts';
import type { Snapshots } from './snapshots.ts';
import type { Telemetry } from './telemetry.ts';

export interface AdminParts {
  readonly runtime: Runtime;
  readonly gateway: Pick<GatewayInRole, 'live' | 'inflight'>;
  /** Absent: the gateway answers its requests itself. */
  readonly workers?: Workers | undefined;
  readonly running: () => Omit<RunningFacts, 'refused'>;
  readonly telemetry: Telemetry;
  readonly isDraining: () => boolean;
  readonly ring: Pick<KeyRing, 'identify'>;
  readonly door: Pick<Door, 'answer' | 'makeLink'>;
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
