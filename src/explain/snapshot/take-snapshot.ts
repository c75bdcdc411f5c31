/** Takes a snapshot of a running gateway, or of this shell's configuration and the state file. */

import type { Paths } from '../../config/files/paths.ts';
import { describeOrigin } from '../../config/resolved/describe-origin.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Keys } from '../../diagnostics/keys.ts';
import { describeVersion } from '../../host/describe-version.ts';
import type { Host } from '../../host.ts';
import type { Store } from '../../store/store.ts';
import type { PlanQuestion } from '../plan/create-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { makeSnapshot, type SnapshotFacts } from './make-snapshot.ts';
import { RecentActivity } from './recent-activity.ts';
import type { Snapshot, SnapshotSelf } from './snapshot.ts';

/** The parts of a runtime that a snapshot reads. */
export interface SnapshotSource {
  readonly host: Pick<Host, 'clock' | 'processId'>;
  readonly paths: Pick<Paths, 'stateFile'>;
  config(): ResolvedConfig;
  readonly keys: Pick<Keys, 'glance'>;
  plan(question: PlanQuestion): Promise<Plan>;
}

/** Facts that only a running gateway has. */
export interface RunningFacts {
  /** With its commit, as it was at the start. */
  readonly version: string;
  readonly url: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Why the configuration in the file is not in force; undefined if it is. */
  readonly refused: string | undefined;
}

/** Asks no provider, key command or keychain. */
export async function takeSnapshot(
  { host, paths, config, keys, plan }: SnapshotSource,
  facts: Pick<SnapshotFacts, 'activity' | 'live' | 'refusals'> & {
    readonly running?: RunningFacts;
  },
): Promise<Snapshot> {
  const { running, ...rest } = facts;
  const { generation, origin } = config();
  const { signal } = new AbortController(); // nothing here waits for the network
  const history = rest.activity.history();
  const [pools, planned] = await Promise.all([
    keys.glance(),
    plan({ signal, isGlance: true, history }),
  ]);
  const self: SnapshotSelf = {
    version: running?.version ?? describeVersion(),
    pid: host.processId,
    url: running?.url,
    startedAt: running?.startedAt,
    config: {
      path: describeOrigin(origin),
      generation: running && generation,
      refused: running?.refused,
    },
    // Only the trial has a configuration without a file, and it stores nothing.
    store: origin.kind === 'given' ? { kind: 'memory' } : { kind: 'file', path: paths.stateFile },
  };
  return makeSnapshot({ ...rest, self, now: host.clock.now(), pools, plan: planned });
}

/** Without live counts, a snapshot reads at most this many records of the last 24 hours. */
const maxRecords = 5000;

/**
 * Reads the last 24 hours from the store, for a gateway that starts again or for a shell without
 * one. Also returns which requests they are. The period begins no later than today (UTC).
 */
export async function readRecentActivity(
  { clock }: Pick<Host, 'clock'>,
  store: Pick<Store, 'findRecords'>,
): Promise<{ readonly activity: RecentActivity; readonly ids: ReadonlySet<string> }> {
  const activity = new RecentActivity();
  const since = clock.now() - 86_400_000;
  const records = await store.findRecords({ since, limit: maxRecords });
  for (const record of records.toReversed()) activity.note(record);
  return { activity, ids: new Set(records.map(({ id }) => id)) };
}
