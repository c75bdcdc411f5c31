/**
 * What may be asked of the state file, in place or across threads: the contract of a store, one
 * synchronous operation each.
 */

import type { HealthSnapshot, Store } from '../store.ts';

/** The contract, but for listening, and what listening is made of. */
interface AskedStore extends Omit<Store, 'subscribe'> {
  /** Health, if other processes changed it since the last poll. */
  pollHealth(): Promise<HealthSnapshot | undefined>;
}

export type OperationName = keyof AskedStore;
export type ParametersOf<Name extends OperationName> = Parameters<AskedStore[Name]>;
export type ResultOf<Name extends OperationName> = Awaited<ReturnType<AskedStore[Name]>>;
export type Operations = {
  readonly [Name in OperationName]: (...parameters: ParametersOf<Name>) => ResultOf<Name>;
};

/** Does one operation by its name. */
export function perform<Name extends OperationName>(
  operations: Operations,
  name: Name,
  parameters: ParametersOf<Name>,
): ResultOf<Name> {
  return operations[name](...parameters);
}
