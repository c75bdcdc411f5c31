/**
 * Messages between the store's thread and its owner: one question, one reply, matched by number.
 */

import type { NumberedReply } from '../../host/askers.ts';
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

/** Both ends are ours and of the same version, so nothing is checked. */
export function parseMessage<Said extends ThreadData | StoreQuestion | NumberedReply>(
  message: unknown,
): Said {
  return message as Said;
}
