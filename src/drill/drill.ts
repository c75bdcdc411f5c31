/**
 * Runs the whole drill: every task of the configuration against every fault, several cells in
 * parallel, each reported when it ends.
 */

import { allTasks } from '../config/resolved/all-tasks.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { AccessError, ConfigError } from '../errors.ts';
import { createNodeHost } from '../host/node-host.ts';
import type { ProtocolName } from '../model/protocol.ts';
import { createRuntime } from '../runtime.ts';
import { type CellPlan, type CellResult, type GivenConfig, runCell } from './cell.ts';
import { type DrillMode, drillFaults } from './faults.ts';

export interface DrillOptions {
  /** Uses the built-in configuration of two providers instead of the user's, or the given one. */
  readonly isDefault: boolean | { readonly config: object };
  readonly modes: readonly DrillMode[];
  /** It defaults to every task of the configuration. */
  readonly tasks?: readonly string[] | undefined;
  /** Ids of faults. Default: all. */
  readonly faults?: readonly string[] | undefined;
  /** Delays of the simulated providers are multiplied by this; the engine's limits are not. */
  readonly timeScale: number;
  /** The protocol of the drill's requests. Default: `openai-chat`. */
  readonly asked?: ProtocolName;
  /** Every provider speaks this protocol. Default: that of the requests. */
  readonly spoken?: ProtocolName | undefined;
  readonly onResult: (result: CellResult, progress: DrillProgress) => void;
  /** Ends the drill early; unfinished cells are not in its report. Default: it runs to its end. */
  readonly signal?: AbortSignal;
  /** Ends it early after this time. Default: never. */
  readonly limitMs?: number | undefined;
}

/** Counts cells. */
export interface DrillProgress {
  readonly finished: number;
  readonly planned: number;
}

export interface DrillReport {
  readonly asked: ProtocolName;
  readonly spoken: ProtocolName;
  /** Says for people where the configuration came from. */
  readonly config: string;
  readonly routes: ReadonlyMap<string, readonly string[]>;
  readonly results: readonly CellResult[];
  /** All cells: as many as results, unless the drill was ended early. */
  readonly planned: readonly CellPlan[];
}

/** Cells that run in parallel; they mostly wait. */
const width = 6;

/**
 * Used when there is no configuration: two hosted providers without known facts, with a newcomer's
 * defaults. Their pace, limits and windows are unset.
 */
const defaultConfig = {
  main: 'first/model',
  fallback_chain: ['second/model'],
  providers: { first: hosted('first'), second: hosted('second') },
};

function hosted(name: string): object {
  return {
    base_url: `https://${name}.example/v1`,
    protocol: 'openai-chat',
    api_key: 'sk-sim-good',
  };
}

/**
 * Throws `ConfigError` if the user's configuration is invalid, `AccessError` for an unknown task.
 */
export async function drill(options: DrillOptions): Promise<DrillReport> {
  const host = createNodeHost();
  try {
    const given = chooseConfig(options, host);
    const { config, source } = readDrilledConfig(given);
    const { asked = 'openai-chat' } = options;
    const { spoken = asked } = options;
    const planned = planCells({ ...options, asked, spoken }, config);
    const results = await runCells(planned, config, { ...options, given });
    const routes = [...allTasks(config)].map(
      ([task, { targets }]) => [task, targets.map(({ target }) => target.id)] as const,
    );
    return {
      asked,
      spoken,
      config: source,
      routes: new Map(routes),
      results,
      planned,
    };
  } finally {
    await host.close();
  }
}

/** Returns the results in the order of the plans. The longest cells begin first. */
async function runCells(
  plans: readonly CellPlan[],
  config: ResolvedConfig,
  {
    given,
    signal: outer = new AbortController().signal,
    limitMs,
    onResult,
  }: DrillOptions & { readonly given: GivenConfig },
): Promise<readonly CellResult[]> {
  const late = new AbortController();
  const timer =
    limitMs === undefined ? undefined : given.host.clock.startTimer(limitMs, () => late.abort());
  const signal = AbortSignal.any([outer, late.signal]);
  const results = new Map<CellPlan, CellResult>();
  const waiting = plans.toSorted((one, other) => rank(one) - rank(other)).values();
  const work = async (): Promise<void> => {
    for (const plan of waiting) {
      const result = await runUnlessEnded(signal, () =>
        runCell(plan, config, { ...given, signal }),
      );
      if (result === undefined) return;
      results.set(plan, result);
      onResult(result, { finished: results.size, planned: plans.length });
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  timer?.cancel();
  return plans.flatMap((plan) => results.get(plan) ?? []);
}

/** A series lasts longer than all that is silent, and that longer than anything else. */
function rank({ task, fault }: CellPlan): number {
  const isLong = fault.isSeries === true || fault.isSlow === true;
  return (task === 'main' ? 0 : 2) + (isLong ? 0 : 1);
}

/** Returns undefined if the drill was ended before the cell was over. */
async function runUnlessEnded(
  signal: AbortSignal,
  run: () => Promise<CellResult>,
): Promise<CellResult | undefined> {
  if (signal.aborted) return undefined;
  try {
    return await run();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function chooseConfig({ isDefault }: DrillOptions, host: GivenConfig['host']): GivenConfig {
  const given: GivenConfig = { host, mayLackKeys: true };
  if (typeof isDefault === 'object') return { ...given, config: isDefault.config };
  return isDefault || !hasOwn(given) ? { ...given, config: defaultConfig } : given;
}

function hasOwn(given: GivenConfig): boolean {
  try {
    void createRuntime(given).close();
    return true;
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'nothing-configured') return false;
    throw error;
  }
}

function readDrilledConfig(given: GivenConfig): {
  readonly config: ResolvedConfig;
  readonly source: string;
} {
  const runtime = createRuntime({ ...given, onEvent: () => undefined });
  const config = runtime.config();
  void runtime.close();
  const { origin } = config;
  if (origin.kind === 'file') return { config, source: origin.path };
  const isGiven = origin.kind === 'given';
  const source = isGiven
    ? 'the built-in configuration of two providers'
    : 'what zero-config mode found';
  return { config, source };
}

/** Throws for an unknown task, since an empty drill would look like a success. */
function chooseTasks(config: ResolvedConfig, wanted: readonly string[]): readonly string[] {
  const known = [...allTasks(config).keys()];
  const unknown = wanted.find((task) => !known.includes(task));
  if (unknown === undefined) return known.filter((task) => wanted.includes(task));
  throw new AccessError('request-invalid', `there is no task ${unknown}`, {
    fix: `choose among ${known.join(', ')}`,
  });
}

function planCells(
  {
    modes,
    tasks,
    faults,
    timeScale,
    asked,
    spoken,
  }: DrillOptions & Pick<CellPlan, 'asked' | 'spoken'>,
  config: ResolvedConfig,
): readonly CellPlan[] {
  const drilled = tasks === undefined ? [...config.routes.keys()] : chooseTasks(config, tasks);
  const broken = drillFaults.filter(({ id }) => faults === undefined || faults.includes(id));
  const ways = modes.flatMap((mode) =>
    broken
      .filter((fault) => fault.modes.includes(mode))
      .map((fault) => ({ fault, mode, timeScale, asked, spoken })),
  );
  return drilled.flatMap((task) => ways.map((way) => ({ task, ...way })));
}
