/**
 * Runs one cell of the drill: new simulated providers with one fault, a new engine over the
 * redirected config, the calls, the verdict.
 */

import { allTasks } from '../config/resolved/all-tasks.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { isHeldBack } from '../credentials/health/key-state.ts';
import type { Host } from '../host.ts';
import type { ProtocolName } from '../model/protocol.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import type { SimAttempt } from '../sim/index.ts';
import { call } from './caller.ts';
import type { DrillFault, DrillMode } from './faults.ts';
import { type Ground, prepareGround } from './ground.ts';
import { redirect } from './redirect.ts';
import type { CallView, CellView } from './rules.ts';
import { tongues } from './tongues.ts';

export interface CellPlan {
  readonly task: string;
  readonly fault: DrillFault;
  readonly mode: DrillMode;
  /** Multiplies the delays of the simulated providers; the engine's limits are unchanged. */
  readonly timeScale: number;
  /** The drill asks in this protocol. */
  readonly asked: ProtocolName;
  /** Every provider speaks this protocol. */
  readonly spoken: ProtocolName;
}

/**
 * `safe`: every call was answered, but not by the rule. `lost`: no other provider could have
 * answered.
 */
export type CellVerdict = 'pass' | 'safe' | 'fail' | 'lost';

export interface CellResult extends CellPlan {
  readonly verdict: CellVerdict;
  readonly complaints: readonly string[];
  readonly view: CellView;
  /** The requests that each provider saw, by the name of its pool. */
  readonly seen: ReadonlyMap<string, readonly SimAttempt[]>;
}

const seriesEveryMs = 4000;
const seriesDownMs = 60_000;
const seriesReturnMs = 30_000;

interface Stage {
  readonly ground: Ground;
  readonly firstPool: string;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the cell is over and everything is closed; rejects with the signal's reason, also
 * with everything closed.
 */
export async function runCell(
  plan: CellPlan,
  config: ResolvedConfig,
  { signal, ...given }: GivenConfig & { readonly signal: AbortSignal },
): Promise<CellResult> {
  const { task, fault, mode } = plan;
  const route = allTasks(config).get(task);
  const [place] = route?.targets ?? [];
  if (route === undefined || place === undefined) throw new Error(`the task ${task} has no route`);
  const firstPool = place.target.pool;
  const pools = [
    ...new Set([...config.pools.keys(), ...route.targets.map(({ target }) => target.pool)]),
  ];
  const keyCounts = new Map(
    pools.map((pool) => [pool, config.pools.get(pool)?.length ?? 0] as const),
  );
  const ground = await prepareGround(plan, keyCounts, firstPool);
  const adapt = (own: ResolvedConfig): ResolvedConfig =>
    redirect(own, { ...ground, spoken: plan.spoken });
  const runtime = createRuntime({ ...given, adapt });
  try {
    const question = {
      task,
      mode,
      tongue: tongues[plan.asked],
      hasRoles: fault.hasRoles === true,
      signal,
    };
    const played = await playFault(plan, { ground, firstPool, host: given.host, signal }, () =>
      call(runtime, question),
    );
    const view = { ...played, heldKeys: await countHeldKeys(runtime, firstPool, signal) };
    const seen = new Map(pools.map((pool) => [pool, ground.logOf(pool)]));
    const complaints = fault.rule(view);
    const hasOther = route.targets.some(({ target }) => target.pool !== firstPool);
    return {
      ...plan,
      verdict: judgeCell(plan, { view, complaints, hasOther }),
      complaints,
      view,
      seen,
    };
  } finally {
    await runtime.close();
    await ground.close();
  }
}

/** Counts keys that are held back for every model. */
async function countHeldKeys(runtime: Runtime, name: string, signal: AbortSignal): Promise<number> {
  const pools = await runtime.keys.report({ name, signal });
  return pools.flatMap(({ keys }) => keys).filter(({ state }) => isHeldBack(state)).length;
}

export interface GivenConfig {
  readonly host: Host;
  /** Default: the user's files. */
  readonly config?: unknown;
  readonly mayLackKeys: true;
}

/** Makes the calls, and one more after them. */
async function playFault(
  { fault, timeScale }: CellPlan,
  { ground, firstPool, host, signal }: Stage,
  ask: () => Promise<CallView>,
): Promise<Omit<CellView, 'heldKeys'>> {
  if (fault.ofKeys === 'proven') await ask();
  const lookAt = (pools: readonly string[]): (() => readonly SimAttempt[]) => {
    const counts = pools.map((pool) => ground.logOf(pool).length);
    return () => pools.flatMap((pool, index) => ground.logOf(pool).slice(counts[index]));
  };
  const seen = [[firstPool], ground.pools.filter((pool) => pool !== firstPool)].map(lookAt);
  const calls = fault.isSeries
    ? await askInSeries((ms) => host.clock.sleep(ms, signal), timeScale, ask)
    : await Promise.all(Array.from({ length: fault.callers ?? 1 }, ask));
  const [first = [], others = []] = seen.map((look) => look());
  const needsNoMore = fault.isSeries || calls.some(({ isWhole }) => !isWhole);
  const seenAfter = lookAt([firstPool]);
  const after = needsNoMore ? (calls.at(-1) ?? (await ask())) : await ask();
  return {
    calls,
    after,
    firstProvider: firstPool,
    first,
    firstAfter: seenAfter(),
    others,
    timeScale,
  };
}

async function askInSeries(
  sleep: (ms: number) => Promise<void>,
  timeScale: number,
  ask: () => Promise<CallView>,
): Promise<readonly CallView[]> {
  const calls: CallView[] = [];
  const count = Math.ceil((seriesDownMs + seriesReturnMs) / seriesEveryMs);
  for (let index = 0; index < count; index += 1) {
    const [view] = await Promise.all([ask(), sleep(seriesEveryMs * timeScale)]);
    calls.push(view);
  }
  return calls;
}

function judgeCell(
  { fault }: CellPlan,
  found: {
    readonly view: CellView;
    readonly complaints: readonly string[];
    readonly hasOther: boolean;
  },
): CellVerdict {
  const { view, complaints, hasOther } = found;
  if (complaints.length === 0) return 'pass';
  if (view.calls.every(({ isWhole }) => isWhole)) return 'safe';
  return fault.needsOther && !hasOther ? 'lost' : 'fail';
}
