/**
 * The options of `createHoldfast()`: checked whole before anything is built, for a typo would
 * quietly choose other keys and models.
 */

import { configSchema, type Settings } from '../config/schema/schema.ts';
import type { Host } from '../host.ts';
import type { EventListener } from '../model/events.ts';
import type { StoreKind } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { checkGiven, isGivenObject, type OptionRule } from './check-given.ts';

/**
 * The keys of `config.yaml`, each explained in docs/config.md. For an object in code: `{ … }
 * satisfies HoldfastConfig`.
 */
export type HoldfastConfig = Settings;

/** Options of `createHoldfast()`; all may be left out. */
export interface HoldfastOptions {
  /**
   * The configuration as an object, with the keys of `config.yaml`; it is copied, and `${VARIABLE}`
   * means the same there. Default: the file of this user (`holdfast config path`), else the first
   * known key variable that is set.
   */
  readonly config?: HoldfastConfig | object | undefined;
  /**
   * Where health and records are kept. `thread`: in this user's state file, shared with all
   * processes, written by a thread of its own. `in-place`: there too, for programs that end soon.
   * `memory`: forgotten with this Holdfast. Or a store of your own. Default: `thread`; `memory`
   * where `config` or `host` is given.
   */
  readonly store?: StoreKind | Store | undefined;
  /** How many records `records()` and `record()` know, the latest; 0 keeps none. Default: 1000. */
  readonly recordLimit?: number | undefined;
  /**
   * The first listener, which hears also what is said while the configuration is read. Default:
   * none.
   */
  readonly onEvent?: EventListener | undefined;
  /**
   * Clock, random, network, files and environment, for tests; its owner closes it. Default: this
   * process.
   */
  readonly host?: Host | undefined;
}

const storeKinds: readonly unknown[] = [
  'memory',
  'in-place',
  'thread',
] satisfies readonly StoreKind[];

/** Each option, and what it may be. */
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

/** Throws `ConfigError` (`config-invalid`) with every option that is unknown or of a wrong kind. */
export function checkOptions(options: unknown): void {
  checkGiven(options, {
    of: 'createHoldfast()',
    rules: holdfastOptions,
    placeOf: (key) => (key in configSchema.shape ? `write { config: { ${key}: … } }` : undefined),
  });
}
