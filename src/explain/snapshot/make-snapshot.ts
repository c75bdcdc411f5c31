/** Builds a snapshot from facts that were collected before. Pure: it sends nothing. */

import type { KeyRow, PoolReport } from '../../diagnostics/key-report.ts';
import type { RoutePlan } from '../plan/plan.ts';
import { fixKey } from './fix-key.ts';
import { judgeSnapshot } from './judge-snapshot.ts';
import type { RecentActivity } from './recent-activity.ts';
import type {
  CallerState,
  CredentialState,
  LiveRequest,
  Snapshot,
  SnapshotSelf,
  TaskState,
} from './snapshot.ts';

export interface SnapshotFacts {
  /** Epoch ms. */
  readonly now: number;
  readonly self: SnapshotSelf;
  readonly pools: readonly PoolReport[];
  /** One route per task, with the runtime's own verdicts. */
  readonly routes: readonly RoutePlan[];
  readonly activity: RecentActivity;
  readonly live: readonly LiveRequest[];
}

/** Sets `v` to 0; the publisher of changes numbers them. */
export function makeSnapshot({
  now,
  self,
  pools,
  routes,
  activity,
  live,
}: SnapshotFacts): Snapshot {
  const costs = activity.costs(now);
  const credentials = pools.flatMap(({ name, keys }) =>
    keys.map((row) =>
      toCredential(name, row, {
        costToday: costs.get(row.id),
        hourly: activity.hourly(row.id, now),
      }),
    ),
  );
  const tasks = routes.map(taskState);
  const { version, pid } = self;
  return {
    v: 0,
    at: now,
    verdict: judgeSnapshot({ credentials, tasks, now }),
    self,
    credentials,
    callers: listCallers(activity.callers(now), live),
    tasks,
    live,
    recent: activity.requests(),
    members: [{ id: String(pid), pid, version }],
  };
}

function toCredential(
  provider: string,
  row: KeyRow,
  counted: Pick<CredentialState, 'costToday' | 'hourly'>,
): CredentialState {
  const {
    id,
    label,
    account,
    source,
    foundAt,
    shadowedBy,
    fingerprint,
    state,
    detail,
    lastSuccess,
    left,
  } = row;
  const fix = fixKey({ provider, state, cause: row.marks[0]?.cause, source });
  return {
    id,
    provider,
    label,
    account,
    source,
    origin: foundAt,
    shadowedBy,
    fingerprint,
    state,
    detail,
    marks: row.marks,
    provenAt: lastSuccess,
    left,
    ...counted,
    fixes: fix === undefined ? [] : [fix],
  };
}

function taskState({ task, isUsable, targets }: RoutePlan): TaskState {
  const plan = targets.map(({ id, reason, keys, images }) => ({
    target: id,
    why: reason,
    credentials: keys.map((key) => key.id),
    images,
  }));
  return { name: task, usable: isUsable, plan };
}

/** Includes callers being answered, even if nothing has reached them yet. */
function listCallers(
  today: readonly Omit<CallerState, 'inflight'>[],
  live: readonly LiveRequest[],
): readonly CallerState[] {
  const inflight = Map.groupBy(live, ({ caller }) => caller ?? 'unknown');
  const known = new Set(today.map(({ name }) => name));
  const nothing = { asked: 0, rescued: 0, failed: 0 };
  const fresh = [...inflight].flatMap(([name, [first]]) =>
    known.has(name) ? [] : [{ name, lastAt: first?.since ?? 0, day: nothing }],
  );
  return [...today, ...fresh]
    .map((one) => ({ ...one, inflight: inflight.get(one.name)?.length ?? 0 }))
    .sort((one, other) => other.lastAt - one.lastAt);
}
