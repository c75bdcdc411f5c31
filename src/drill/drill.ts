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
  readonly onResult: (result: CellResult) => void;
  /** Ends the drill early; unfinished cells are not in its report. Default: it runs to its end. */
  readonly signal?: AbortSignal;
}

export interface DrillReport {
  readonly asked: ProtocolName;
  readonly spoken: ProtocolName;
  /** Says for people where the configuration came from. */
  readonly config: string;
  readonly routes: ReadonlyMap<string, readonly string[]>;
  readonly results: readonly CellResult[];
  /** The number of cells: as many as results, unless the drill was ended early. */
  readonly planned: number;
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
    const { signal = new AbortController().signal } = options;
    const plans = planCells({ ...options, asked, spoken }, config);
    const results: CellResult[] = [];
    const waiting = plans.entries();
    const work = async (): Promise<void> => {
      for (const [index, plan] of waiting) {
        const result = await runUnlessEnded(signal, () =>
          runCell(plan, config, { ...given, signal }),
        );
        if (result === undefined) return;
        results[index] = result;
        options.onResult(result);
      }
    };
    await Promise.all(Array.from({ length: width }, work));
    const routes = [...allTasks(config)].map(
      ([task, { targets }]) => [task, targets.map(({ target }) => target.id)] as const,
    );
    return {
      asked,
      spoken,
      config: source,
      routes: new Map(routes),
      results: results.flat(),
      planned: plans.length,
    };
  } finally {
    await host.close();
  }
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
