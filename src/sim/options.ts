/** The options of a simulated provider, checked before it listens. */

import { createScaledTime, type ScaledTime, type SimClock } from './clock.ts';
import type { KeyBehaviour, ModelFault } from './fault.ts';
import { lookUpKeyBehaviour } from './key-table.ts';
import { simModels } from './listing.ts';
import { lookUpModelFault } from './model-table.ts';
import { realClock } from './real-clock.ts';

/**
 * Assigns a fault of the tables (without `sim/` or `sk-sim-`) to a vendor's model name, a key, or
 * the combination.
 */
export interface SimFaultOption {
  readonly model?: string | undefined;
  readonly key?: string | undefined;
  /** Names one of `sites`; '' is the site without a prefix. Default: everywhere. */
  readonly site?: string | undefined;
  readonly fault: string;
}

/** All options are optional. */
export interface SimulatedProviderOptions {
  /** It defaults to `127.0.0.1`. */
  readonly host?: string | undefined;
  /** It defaults to 0, any free port. */
  readonly port?: number | undefined;
  /** Multiplies every wait; 0.01 is a hundred times faster. Default: 1. */
  readonly timeScale?: number | undefined;
  /** Milliseconds between two events of a stream. Default: 0. */
  readonly pace?: number | undefined;
  /** Accepts every key. Default: false. */
  readonly acceptAnyKey?: boolean | undefined;
  /** Adds good keys to the table's. */
  readonly keys?: readonly string[] | undefined;
  readonly faults?: readonly SimFaultOption[] | undefined;
  /**
   * Path prefixes under which the whole API is repeated (`/plan`: `/plan/v1/models`), each with
   * accounts and faults of its own.
   */
  readonly sites?: readonly string[] | undefined;
  /**
   * Number of requests answered at a time, reported by `/props` as in llama.cpp. Default: no limit,
   * and no `/props`.
   */
  readonly slots?: number | undefined;
  /** Stores each request's body in the log. Default: false. */
  readonly keepBodies?: boolean | undefined;
  /** It defaults to the system's clock. */
  readonly clock?: SimClock | undefined;
}

export interface Assignment {
  readonly model: string | undefined;
  readonly key: string | undefined;
  readonly site: string | undefined;
  readonly name: string;
  readonly modelFault: ModelFault | undefined;
  readonly keyBehaviour: KeyBehaviour | undefined;
}

/** The options with every default filled in. */
export interface SimSettings {
  readonly host: string;
  readonly port: number;
  readonly time: ScaledTime;
  readonly paceMs: number;
  readonly acceptsAnyKey: boolean;
  readonly keys: ReadonlySet<string>;
  readonly assignments: readonly Assignment[];
  readonly sites: readonly string[];
  /** Undefined: no limit. */
  readonly slots: number | undefined;
  readonly keepsBodies: boolean;
}

const optionNames: readonly (keyof SimulatedProviderOptions)[] = [
  'host',
  'port',
  'timeScale',
  'pace',
  'acceptAnyKey',
  'keys',
  'faults',
  'sites',
  'slots',
  'keepBodies',
  'clock',
];

/**
 * Throws a RangeError for an unknown option, a number out of range, or a fault that is in no table.
 */
export function resolveSettings(options: SimulatedProviderOptions): SimSettings {
  requireKnownOptions(options);
  const { host = '127.0.0.1', port = 0, timeScale = 1, pace: paceMs = 0, slots } = options;
  const { keys = [], faults = [], sites = [], clock = realClock } = options;
  const { acceptAnyKey: acceptsAnyKey = false, keepBodies: keepsBodies = false } = options;
  requireNotNegative('timeScale', timeScale);
  requireNotNegative('pace', paceMs);
  requireCount('slots', slots);
  sites.forEach(requirePrefix);
  for (const { site } of faults) requireSite(site, sites);
  const assigned = faults.flatMap(({ key }) => (key === undefined ? [] : [key]));
  return {
    host,
    port,
    time: createScaledTime(clock, timeScale),
    paceMs,
    acceptsAnyKey,
    keys: new Set([...keys, ...assigned]),
    assignments: faults.map(resolveAssignment),
    sites,
    slots,
    keepsBodies,
  };
}

function requireKnownOptions(options: SimulatedProviderOptions): void {
  const names: readonly string[] = optionNames;
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new RangeError(
    `No option is called "${unknown}". To fix: take one of ${names.join(', ')}.`,
  );
}

function requireNotNegative(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(`${name} is ${value}. To fix: give a number of at least 0.`);
}

function requireCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return;
  throw new RangeError(`${name} is ${value}. To fix: give a whole number of at least 1.`);
}

function requirePrefix(site: string): void {
  if (/^(\/[\w.-]+)+$/.test(site) && site !== '/sim' && !site.startsWith('/sim/')) return;
  throw new RangeError(
    `The site "${site}" is not a path. To fix: write it as in '/plan', but not '/sim'.`,
  );
}

function requireSite(site: string | undefined, sites: readonly string[]): void {
  if (site === undefined || site === '' || sites.includes(site)) return;
  throw new RangeError(
    `A fault names the site "${site}", which sites does not. To fix: add it there.`,
  );
}

function resolveAssignment({ model, key, site, fault }: SimFaultOption): Assignment {
  const name = fault.replace(/^(sim\/|sk-sim-)/, '');
  const modelFault = lookUpModelFault(name);
  const keyBehaviour = modelFault === undefined ? lookUpKeyBehaviour(name) : undefined;
  if (modelFault === undefined && keyBehaviour === undefined) {
    throw new RangeError(
      `No fault is called "${fault}". To fix: take a name of \`holdfast sim --list\`.`,
    );
  }
  return { model, key, site, name, modelFault, keyBehaviour };
}

/** Lists the models with an assigned fault, then the tables'. */
export function listModelNames({ assignments }: SimSettings): readonly string[] {
  const assigned = assignments.flatMap(({ model }) => (model === undefined ? [] : [model]));
  return [...new Set([...assigned, ...simModels.map((model) => model.example)])];
}
