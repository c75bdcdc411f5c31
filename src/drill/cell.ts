/** One cell of the drill: fresh simulated providers with one fault, a fresh engine over the redirected config, the calls, the verdict. */

import { allTasks } from '../config/resolved/all-tasks.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import type { Host } from '../host.ts';
import type { ProtocolName } from '../model/protocol.ts';
import { createRuntime } from '../runtime.ts';
import { type SimAttempt, type SimulatedProvider, startSimulatedProvider } from '../sim/index.ts';
import { call } from './caller.ts';
import type { DrillFault, DrillMode } from './faults.ts';
import { drillKeyOf, redirect } from './redirect.ts';
import type { CallView, CellView } from './rules.ts';
import { tongues } from './tongues.ts';

export interface CellPlan {
  readonly task: string;
  readonly fault: DrillFault;
  readonly mode: DrillMode;
  /** Multiplies the waits of the simulated providers; the engine's limits stay. */
  readonly timeScale: number;
  /** What the drill asks in. */
  readonly asked: ProtocolName;
  /** What every provider speaks. */
  readonly spoken: ProtocolName;
}

/** `safe`: everybody was answered, but not by the rule. `lost`: nobody could have answered, for want of another provider. */
export type CellVerdict = 'pass' | 'safe' | 'fail' | 'lost';

export interface CellResult extends CellPlan {
  readonly verdict: CellVerdict;
  readonly complaints: readonly string[];
  readonly view: CellView;
  /** What each provider saw, by the name of its pool. */
  readonly seen: ReadonlyMap<string, readonly SimAttempt[]>;
}

const seriesEveryMs = 4000;
const seriesDownMs = 60_000;
const seriesReturnMs = 30_000;

interface Stage {
  readonly sims: ReadonlyMap<string, SimulatedProvider>;
  readonly firstPool: string;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** Resolves when the cell is over and all that it started is closed; rejects with the signal's reason, all closed too. */
export async function runCell(
  plan: CellPlan,
  config: ResolvedConfig,
  { signal, ...given }: GivenConfig & { readonly signal: AbortSignal },
): Promise<CellResult> {
  const route = allTasks(config).get(plan.task);
  const [place] = route?.targets ?? [];
  if (route === undefined || place === undefined) throw new Error(`the task ${plan.task} has no route`);
  const pools = [...new Set([...config.pools.keys(), ...route.targets.map(({ target }) => target.pool)])];
  const firstPool = place.target.pool;
  const sims = new Map(
    await Promise.all(
      pools.map(async (pool) => [pool, await startFor(pool, { plan, config, firstPool })] as const),
    ),
  );
  const urlOf = (pool: string): string => sims.get(pool)?.url ?? 'http://127.0.0.1:9/v1';
  const adapt = (own: ResolvedConfig): ResolvedConfig => redirect(own, { urlOf, spoken: plan.spoken });
  const runtime = createRuntime({ ...given, adapt });
  try {
    const view = await play(plan, { sims, firstPool, host: given.host, signal }, () =>
      call(runtime, { task: plan.task, mode: plan.mode, tongue: tongues[plan.asked], signal }),
    );
    const seen = new Map([...sims].map(([pool, sim]) => [pool, sim.log()]));
    const complaints = plan.fault.rule(view);
    const hasOther = route.targets.some(({ target }) => target.pool !== firstPool);
    return { ...plan, verdict: judge(plan, { view, complaints, hasOther }), complaints, view, seen };
  } finally {
    await runtime.close();
    await Promise.all([...sims.values()].map((sim) => sim.close()));
  }
}

/** What a runtime of the drill is made with. */
export interface GivenConfig {
  readonly host: Host;
  /** Default: the user's files. */
  readonly config?: unknown;
  readonly mayLackKeys: true;
}

function startFor(
  pool: string,
  { plan, config, firstPool }: { plan: CellPlan; config: ResolvedConfig; firstPool: string },
): Promise<SimulatedProvider> {
  const { fault, timeScale } = plan;
  const count = Math.max(1, config.pools.get(pool)?.length ?? 0);
  const keys = Array.from({ length: count }, (_, index) => drillKeyOf(pool, index));
  const ofFirst =
    fault.ofKeys === undefined ? [{ fault: fault.first }] : keys.map((key) => ({ key, fault: fault.first }));
  const ofOthers = fault.others === undefined ? [] : [{ fault: fault.others }];
  return startSimulatedProvider({ timeScale, keys, faults: pool === firstPool ? ofFirst : ofOthers });
}

/** The calls, and one more after them. */
async function play(
  { fault, timeScale }: CellPlan,
  { sims, firstPool, host, signal }: Stage,
  ask: () => Promise<CallView>,
): Promise<CellView> {
  if (fault.ofKeys === 'proven') await ask();
  const before = new Map([...sims].map(([pool, sim]) => [pool, sim.log().length]));
  const calls = fault.isSeries
    ? await askInSeries((ms) => host.clock.sleep(ms, signal), timeScale, ask)
    : [await ask()];
  const logs = [...sims].map(([pool, sim]) => ({ pool, log: sim.log().slice(before.get(pool) ?? 0) }));
  const needsNoMore = fault.isSeries || calls.some(({ isWhole }) => !isWhole);
  const after = needsNoMore ? (calls.at(-1) ?? (await ask())) : await ask();
  return {
    calls,
    after,
    firstProvider: firstPool,
    first: logs.filter(({ pool }) => pool === firstPool).flatMap(({ log }) => log),
    others: logs.filter(({ pool }) => pool !== firstPool).flatMap(({ log }) => log),
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

function judge(
  { fault }: CellPlan,
  found: { readonly view: CellView; readonly complaints: readonly string[]; readonly hasOther: boolean },
): CellVerdict {
  const { view, complaints, hasOther } = found;
  if (complaints.length === 0) return 'pass';
  if (view.calls.every(({ isWhole }) => isWhole)) return 'safe';
  return fault.needsOther && !hasOther ? 'lost' : 'fail';
}
