/**
 * The names and types of a store's operations, which its two sides share, in place or across
 * threads.
 */

import type { Replica } from '../replica.ts';
import type { HealthSnapshot, Store } from '../store.ts';

/** The store's contract, with polling instead of listening. */
interface AskedStore extends Omit<Store, 'subscribe'>, Replica {
  /** Returns health if other processes changed it since the last poll. */
  pollHealth(): Promise<HealthSnapshot | undefined>;
}

export type OperationName = keyof AskedStore;
export type ParametersOf<Name extends OperationName> = Parameters<AskedStore[Name]>;
export type ResultOf<Name extends OperationName> = Awaited<ReturnType<AskedStore[Name]>>;
export type Operations = {
  readonly [Name in OperationName]: (...parameters: ParametersOf<Name>) => ResultOf<Name>;
};

type HealthWrite = Extract<
  OperationName,
  `${'open' | 'close' | 'reset'}Mark${string}` | `put${string}`
>;

/** Each changes what others must read again, unless its result says that nothing happened. */
export const healthWrites: Readonly<Record<HealthWrite, true>> = {
  openMark: true,
  closeMarks: true,
  resetMarks: true,
  putProven: true,
  putMoved: true,
  putLimits: true,
  putSealed: true,
};

/** Runs one operation by its name. */
export function perform<Name extends OperationName>(
  operations: Pick<Operations, Name>,
  name: Name,
  parameters: ParametersOf<Name>,
): ResultOf<Name> {
  return operations[name](...parameters);
}

/** The answer to an operation has that operation's result type. */
export function parseResult<Name extends OperationName>(result: unknown): ResultOf<Name> {
  return result as ResultOf<Name>;
}
