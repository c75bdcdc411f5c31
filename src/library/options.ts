/**
 * The options of `createHoldfast()`: all are checked before anything is built, since a typo could
 * silently select other keys and models.
 */

import { configSchema, type Settings } from '../config/schema/schema.ts';
import type { Host } from '../host.ts';
import type { EventListener } from '../model/events.ts';
import type { StoreKind } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { checkGiven, isGivenObject, type OptionRule } from './check-given.ts';

/**
 * Has the keys of `config.yaml` (docs/config.md). For an object in code, write `{ … } satisfies
 * HoldfastConfig`.
 */
export type HoldfastConfig = Settings;

/** All options of `createHoldfast()` are optional. */
export interface HoldfastOptions {
  /**
   * The configuration as an object with the keys of `config.yaml`; it is copied, and `${VARIABLE}`
   * works as in the file. Default: this user's file (`holdfast config path`), else the first known
   * key variable that is set.
   */
  readonly config?: HoldfastConfig | object | undefined;
  /**
   * Storage of health and records. `thread`: this user's state file, shared with all processes,
   * written by its own thread. `in-place`: the same file, for short programs. `memory`: lost with
   * this instance. Or a store of your own. Default: `thread`; `memory` if `config` or `host` is
   * given.
   */
  readonly store?: StoreKind | Store | undefined;
  /** Number of records that `records()` and `record()` keep; 0 keeps none. Default: 1000. */
  readonly recordLimit?: number | undefined;
  /** The first listener; it also receives events from reading the configuration. Default: none. */
  readonly onEvent?: EventListener | undefined;
  /**
   * Clock, random numbers, network, files and environment, for tests; its owner closes it. Default:
   * this process.
   */
  readonly host?: Host | undefined;
}

const storeKinds: readonly unknown[] = [
  'memory',
  'in-place',
  'thread',
] satisfies readonly StoreKind[];

export const holdfastOptions: Readonly<Record<keyof HoldfastOptions, OptionRule>> = {
  config: {
    expected: 'an object with the keys of config.yaml; without it that file is read',
    isMet: (value) => isGivenObject(value) && !Array.isArray(value),
  },
  store: {
    expected: '"memory", "in-place", "thread", or a store',
    isMet: (value) => storeKinds.includes(value) || (isGivenObject(value) && 'close' in value),
  },
  recordLimit: {
    expected: 'a whole number, 0 or more',
    isMet: (value) =>
      value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 0),
  },
  onEvent: { expected: 'a function', isMet: (value) => typeof value === 'function' },
  host: { expected: 'a host', isMet: (value) => isGivenObject(value) && 'dispatch' in value },
};

/** Throws `ConfigError` (`config-invalid`) with every unknown or invalid option. */
export function checkOptions(options: unknown): void {
  checkGiven(options, {
    of: 'createHoldfast()',
    rules: holdfastOptions,
    placeOf: (key) => (key in configSchema.shape ? `write { config: { ${key}: … } }` : undefined),
  });
}
