/**
 * Takes a snapshot of a runtime: of a gateway while it runs, or of this shell's configuration
 * beside the state file.
 */

import type { Paths } from '../../config/files/paths.ts';
import { describeOrigin } from '../../config/resolved/describe-origin.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Keys } from '../../diagnostics/keys.ts';
import type { Host } from '../../host.ts';
import type { Store } from '../../store/store.ts';
import { version } from '../../version.ts';
import type { PlanQuestion } from '../plan/create-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { Lately } from './lately.ts';
import { makeSnapshot, type SnapshotFacts } from './make-snapshot.ts';
import type { Snapshot, SnapshotSelf } from './snapshot.ts';

/** What of a runtime is looked at. */
export interface SnapshotSource {
  readonly host: Pick<Host, 'clock' | 'processId'>;
  readonly paths: Pick<Paths, 'stateFile'>;
  config(): ResolvedConfig;
  readonly keys: Pick<Keys, 'glance'>;
  plan(question: PlanQuestion): Promise<Plan>;
}

/** What only a gateway that runs knows of itself. */
export interface RunningFacts {
  readonly url: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Why the configuration that stands in the file is not in force; undefined where it is. */
  readonly refused: string | undefined;
}

/** Asks no provider, no program and no keychain. */
export async function takeSnapshot(
  { host, paths, config, keys, plan }: SnapshotSource,
  facts: Pick<SnapshotFacts, 'lately' | 'live'> & {
    readonly running?: RunningFacts;
  },
): Promise<Snapshot> {
  const { running, ...rest } = facts;
  const { generation, origin } = config();
  const { signal } = new AbortController(); // nothing is waited for
  const [pools, { routes }] = await Promise.all([keys.glance(), plan({ signal, isGlance: true })]);
  const self: SnapshotSelf = {
    version,
    pid: host.processId,
    url: running?.url,
    startedAt: running?.startedAt,
    config: {
      path: describeOrigin(origin),
      generation: running && generation,
      refused: running?.refused,
    },
    // Only the trial has a configuration that no file holds, and it keeps nothing.
    store: origin.kind === 'given' ? { kind: 'memory' } : { kind: 'file', path: paths.stateFile },
  };
  return makeSnapshot({ ...rest, self, now: host.clock.now(), pools, routes });
}

/**
 * As many records of the last 24 hours as a snapshot is made of where nobody has counted them as
 * they came.
 */
const mostRecords = 5000;

/**
 * What the store knows of the last 24 hours, which begin no later than today (UTC), and which
 * requests those are: where a gateway starts again, or none runs.
 */
export async function readLately(
  { clock }: Pick<Host, 'clock'>,
  store: Pick<Store, 'findRecords'>,
): Promise<{ readonly lately: Lately; readonly ids: ReadonlySet<string> }> {
  const lately = new Lately();
  const since = clock.now() - 86_400_000;
  const records = await store.findRecords({ since, limit: mostRecords });
  for (const record of records.toReversed()) lately.note(record);
  return { lately, ids: new Set(records.map(({ id }) => id)) };
}
