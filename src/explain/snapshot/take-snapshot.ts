/**
 * Takes a snapshot of a running gateway, or of this shell's configuration and the state file, and
 * sums it up in the one sentence that a person reads first.
 */

import { fixKey } from '../../access/report/standing-fixes.ts';
import { describeOrigin } from '../../config/resolved/describe-origin.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { KeyRow } from '../../diagnostics/key-report.ts';
import type { Keys } from '../../diagnostics/keys.ts';
import { describeVersion } from '../../host/describe-version.ts';
import { listProgramWords } from '../../host/program-words.ts';
import type { Host } from '../../host.ts';
import type { RefusalCount, Warning } from '../../model/events.ts';
import type { Fleet } from '../../store/fleet/open-fleet.ts';
import type { Store } from '../../store/store.ts';
import { judgeRoutes } from '../doctor/judge-routes.ts';
import { exitOf, rankTroubles, type Trouble } from '../doctor/troubles.ts';
import type { PlanQuestion } from '../plan/create-plan.ts';
import type { Plan, TargetPlan } from '../plan/plan.ts';
import { describeEnd } from '../why/verdict.ts';
import { countNoun } from '../why/wording.ts';
import { RecentActivity } from './recent-activity.ts';
import type {
  CallerState,
  CredentialState,
  LiveRequest,
  Snapshot,
  SnapshotVerdict,
  TaskState,
  WorkersState,
} from './snapshot.ts';

/** The parts of a runtime that a snapshot reads. */
export interface SnapshotSource {
  readonly host: Pick<Host, 'clock' | 'processId'>;
  config(): ResolvedConfig;
  readonly keys: Pick<Keys, 'report'>;
  warnings(): readonly Warning[];
  plan(question: PlanQuestion): Promise<Plan>;
  fleet(): Fleet | undefined;
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

/** What is going on, as far as it is counted. */
export interface SnapshotFacts {
  readonly activity: RecentActivity;
  readonly live: readonly LiveRequest[];
  readonly workers?: WorkersState | undefined;
  /** Default: none are counted. */
  readonly refusals?: readonly RefusalCount[];
  /** Absent: no gateway runs. */
  readonly running?: RunningFacts;
}

/** Who reads the plan of a gateway has another environment. */
export const gatewayEnvironment = "the gateway's environment";

/**
 * Asks no provider, key command or keychain. Sets `v` to 0; the publisher of changes numbers them.
 */
export async function takeSnapshot(
  { host, config, keys, warnings, plan: ask, fleet }: SnapshotSource,
  { activity, live, workers, refusals = [], running }: SnapshotFacts,
): Promise<Snapshot> {
  const { generation, origin } = config();
  const { signal } = new AbortController(); // nothing here waits for the network
  const history = activity.history();
  const [pools, plan] = await Promise.all([
    keys.report({ signal, isGlance: true }),
    ask({ signal, isGlance: true, history, environment: running && gatewayEnvironment }),
  ]);
  const now = host.clock.now();
  const costs = activity.costs(now);
  const looks = warnings().filter(({ provider }) => provider !== undefined);
  const credentials = pools.flatMap(({ name, keys: rows }) =>
    rows.map((row) => ({
      ...toCredential(name, row),
      oddities: listOddities(row, looks),
      costToday: costs.get(row.id),
      hourly: activity.hourly(row.id, now),
    })),
  );
  const { processId: pid } = host;
  const version = running?.version ?? describeVersion();
  return {
    v: 0,
    at: now,
    verdict: judgeSnapshot(plan, credentials),
    self: {
      version,
      program: listProgramWords(),
      pid,
      url: running?.url,
      startedAt: running?.startedAt,
      workers,
      fleet: await fleet()?.standing(),
      config: {
        path: describeOrigin(origin),
        generation: running && generation,
        refused: running?.refused,
      },
    },
    credentials,
    callers: listCallers(activity.callers(now), live),
    tasks: listTaskStates(plan),
    live,
    recent: activity.requests(),
    refusals,
  };
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

/** `looks`: warnings about how keys look. What works may look as it likes. */
function listOddities(
  { state, fingerprint }: KeyRow,
  looks: readonly Warning[],
): CredentialState['oddities'] {
  if (state === 'works') return [];
  return looks.flatMap((look) => (look.fingerprint === fingerprint ? look.text : []));
}

function toCredential(
  provider: string,
  row: KeyRow,
): Omit<CredentialState, 'oddities' | 'costToday' | 'hourly'> {
  const { id, label, account, source, foundAt: origin, shadowedBy, fingerprint } = row;
  const { state, detail, marks, lastSuccess: provenAt, windows, logins } = row;
  const [mark] = marks;
  const held = { cause: mark?.cause, evidence: mark?.evidence, speaker: mark?.speaker };
  // nothing is wrong with what callers bring
  const fix =
    state === 'brought' ? undefined : fixKey({ provider, state, ...held, source, foundAt: origin });
  const told = { id, provider, label, account, source, origin, shadowedBy, fingerprint };
  const fixes = fix === undefined ? [] : [fix];
  return { ...told, state, detail, marks, provenAt, windows, logins, fixes };
}

function listTaskStates({ routes, outcomes = [] }: Plan): readonly TaskState[] {
  const failing = new Map(
    outcomes.flatMap(({ task, state, last, inARow, since = last?.at ?? 0 }) =>
      state === 'failed' && last !== undefined
        ? [[task, { text: describeEnd(last), request: last.id, since, inARow }]]
        : [],
    ),
  );
  const routed = routes.map(({ task: name, isUsable: usable, targets }) => ({
    name,
    usable,
    failing: failing.get(name),
    plan: targets.map(toPlanned),
  }));
  const others = [...failing].filter(([task]) => !routes.some((route) => route.task === task));
  return [
    ...routed,
    ...others.map(([name, one]) => ({ name, usable: true, failing: one, plan: [] })),
  ];
}

function toPlanned({ id, reason, keys }: TargetPlan): TaskState['plan'][number] {
  return { target: id, why: reason, credentials: keys.map((key) => key.id) };
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

/** The verdict is as bad as the worst trouble of the plan. */
export function judgeSnapshot(
  plan: Plan,
  credentials: readonly Pick<CredentialState, 'state'>[],
): SnapshotVerdict {
  const troubles = rankTroubles(judgeRoutes(plan)).filter(({ severity }) => severity !== 'unknown');
  if (troubles.length > 0) return describeTroubles(troubles);
  const proven = credentials.filter(({ state }) => state === 'works').length;
  const untried = credentials.length - proven;
  const rest = untried === 0 ? '' : `, ${untried} not tried yet`;
  return proven === 0 && untried > 0
    ? { state: 'unknown', text: 'nothing has been asked yet, so no key is verified', ...nothing }
    : { state: 'well', text: `${allAsked}; ${countNoun(proven, 'key')} worked${rest}`, ...nothing };
}

const nothing = { fixes: [], troubles: [] };
const allAsked = 'every task has a model to ask';
/** A person reads no more at a glance. */
const shown = 3;

function describeTroubles(troubles: readonly Trouble[]): SnapshotVerdict {
  const isBroken = exitOf(troubles) !== 0;
  const more = troubles.length - shown;
  const texts = [
    ...(isBroken ? [] : [allAsked]),
    ...troubles.slice(0, shown).map(({ what }) => what),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
  const fixes = troubles.flatMap(({ fix }) => fix ?? []);
  const unique = new Map(fixes.map((fix) => [fix.command ?? fix.text, fix]));
  return {
    state: isBroken ? 'broken' : 'resting',
    text: texts.join('; '),
    fixes: [...unique.values()].slice(0, shown),
    troubles: troubles.slice(0, shown).map(({ exit: _, ...trouble }) => trouble),
  };
}
