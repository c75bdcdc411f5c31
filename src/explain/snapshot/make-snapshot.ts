/** Builds a snapshot from facts that were collected before. Pure: it sends nothing. */

import type { KeyRow, PoolReport } from '../../diagnostics/key-report.ts';
import type { RefusalCount } from '../../model/events.ts';
import { fixKey } from '../doctor/fix-key.ts';
import type { Plan, TargetPlan, TaskOutcome } from '../plan/plan.ts';
import { describeEnd } from '../why/verdict.ts';
import { judgeSnapshot } from './judge-snapshot.ts';
import type { RecentActivity } from './recent-activity.ts';
import type {
  CallerState,
  CredentialState,
  LiveRequest,
  Snapshot,
  SnapshotSelf,
  TaskFailure,
  TaskState,
} from './snapshot.ts';

export interface SnapshotFacts {
  /** Epoch ms. */
  readonly now: number;
  readonly self: SnapshotSelf;
  readonly pools: readonly PoolReport[];
  /** The plan for every task, with the runtime's own verdicts. */
  readonly plan: Plan;
  readonly activity: RecentActivity;
  readonly live: readonly LiveRequest[];
  /** Default: none are counted. */
  readonly refusals?: readonly RefusalCount[];
}

/** Sets `v` to 0; the publisher of changes numbers them. */
export function makeSnapshot({
  now,
  self,
  pools,
  plan,
  activity,
  live,
  refusals = [],
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
  const tasks = listTaskStates(plan);
  const { version, pid } = self;
  return {
    v: 0,
    at: now,
    verdict: judgeSnapshot(plan, credentials),
    self,
    credentials,
    callers: listCallers(activity.callers(now), live),
    tasks,
    live,
    recent: activity.requests(),
    refusals,
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
  const fix = fixKey({ provider, state, cause: row.marks[0]?.cause, source, foundAt });
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

function listTaskStates({ routes, outcomes = [] }: Plan): readonly TaskState[] {
  const failing = new Map(outcomes.flatMap((one) => describeFailing(one) ?? []));
  const routed = routes.map((route) => ({
    name: route.task,
    usable: route.isUsable,
    failing: failing.get(route.task),
    plan: route.targets.map(toPlanned),
  }));
  const names = new Set(routed.map(({ name }) => name));
  const others = [...failing].filter(([name]) => !names.has(name));
  return [
    ...routed,
    ...others.map(([name, found]) => ({ name, usable: true, failing: found, plan: [] })),
  ];
}

function toPlanned({ id, reason, keys, images }: TargetPlan): TaskState['plan'][number] {
  return { target: id, why: reason, credentials: keys.map((key) => key.id), images };
}

function describeFailing(outcome: TaskOutcome): readonly (readonly [string, TaskFailure])[] {
  const { task, state, last, inARow, since = last?.at ?? 0 } = outcome;
  if (state !== 'failed' || last === undefined) return [];
  return [[task, { text: describeEnd(last), request: last.id, since, inARow }]];
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
