/**
 * Messages between the store's thread and its owner: one question, one reply, matched by number.
 */

import type { SentFault } from '../../errors.ts';
import type { OperationName, ParametersOf } from './asked.ts';

/** Start parameters of the thread. */
export interface ThreadData {
  readonly path: string;
  /** True if an earlier thread crashed: changes may have been missed. */
  readonly isStale: boolean;
}

export interface StoreQuestion {
  readonly id: number;
  readonly name: OperationName;
  readonly parameters: ParametersOf<OperationName>;
}

export type StoreReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly fault: SentFault };

/** Both ends are ours and of the same version, so nothing is checked. */
export function parseMessage<Said extends ThreadData | StoreQuestion | StoreReply>(
  message: unknown,
): Said {
  return message as Said;
}
