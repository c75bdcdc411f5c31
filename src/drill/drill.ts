/**
 * The drill as a whole: every task of the configuration against every fault, several cells at a
 * time, told as they end.
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
  /**
   * Take the built-in configuration of two providers, whatever the user has, or one that is given.
   */
  readonly isDefault: boolean | { readonly config: object };
  readonly modes: readonly DrillMode[];
  /** Default: every task of the configuration. */
  readonly tasks?: readonly string[] | undefined;
  /** Ids of faults. Default: all. */
  readonly faults?: readonly string[] | undefined;
  /** Multiplies the waits of the simulated providers. */
  readonly timeScale: number;
  /** What the drill asks in. Default: `openai-chat`. */
  readonly asked?: ProtocolName;
  /** What every provider speaks. Default: what the drill asks in. */
  readonly spoken?: ProtocolName | undefined;
  readonly onResult: (result: CellResult) => void;
  /**
   * Ends the drill where it is: what was not over by then is not in its report. Default: it goes on
   * to its end.
   */
  readonly signal?: AbortSignal;
}

export interface DrillReport {
  /** What was asked in, and what every provider spoke. */
  readonly asked: ProtocolName;
  readonly spoken: ProtocolName;
  /** Where the configuration came from, for people. */
  readonly config: string;
  /** The targets of each task, in order. */
  readonly routes: ReadonlyMap<string, readonly string[]>;
  readonly results: readonly CellResult[];
  /** Cells there are; as many as results unless the drill was ended before. */
  readonly planned: number;
}

/** Cells under way at a time: they mostly wait. */
const width = 6;

/**
 * What is drilled when there is no configuration: two hosted providers of which nothing is known,
 * with the defaults that a newcomer gets. No pace, no limit, no window of a model is set.
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
 * Throws `ConfigError` when the user's configuration cannot be used, `AccessError` for a task that
 * it does not have.
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

/** Undefined when the drill was ended before the cell was over. */
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

/** Throws for a task that is not there: nothing drilled would look like nothing missed. */
function chooseTasks(config: ResolvedConfig, wanted: readonly string[]): readonly string[] {
  const known = [...allTasks(config).keys()];
  const unknown = wanted.find((task) => !known.includes(task));
  if (unknown === undefined) return known.filter((task) => wanted.includes(task));
  throw new AccessError('request-invalid', `there is no task ${unknown}`, {
    howToFix: `choose among ${known.join(', ')}`,
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
