/** What the admin API works on, and what one question of it brings. Types only. */

import type { LiveRequest } from '../../explain/snapshot/snapshot.ts';
import type { RunningFacts } from '../../explain/snapshot/take-snapshot.ts';
import type { Runtime } from '../../runtime.ts';
import type { Incoming } from '../incoming.ts';
import type { Snapshots } from './snapshots.ts';
import type { Telemetry } from './telemetry.ts';

export interface AdminParts {
  readonly runtime: Runtime;
  /** Requests on their way. */
  readonly live: () => readonly LiveRequest[];
  readonly running: () => Omit<RunningFacts, 'refused'>;
  readonly telemetry: Telemetry;
  readonly isDraining: () => boolean;
  /** Throws where the key of a request does not open what it opened before. */
  readonly identify: (incoming: Incoming) => void;
}

export interface AdminScene extends AdminParts {
  readonly snapshots: Snapshots;
}

export interface AdminAsking {
  readonly incoming: Incoming;
  /** What follows the endpoint in the path: an id, a name, or nothing. */
  readonly rest: string;
  readonly query: string;
  /** The caller whose own records alone it may see; undefined for who may see all. */
  readonly own: string | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}
