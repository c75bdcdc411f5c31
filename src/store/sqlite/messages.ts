/**
 * Messages between the store's thread and its owner: one question, one reply, matched by number.
 */

import { StoreError, type StoreFault } from '../../errors.ts';
import type { Fix } from '../../model/fix.ts';
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

/** An error as sent between the threads. */
interface SentFault {
  /** Is absent for other errors than `StoreError`. */
  readonly code?: StoreFault;
  readonly message: string;
  readonly fix?: Fix | undefined;
}

export function encodeFault(error: unknown): SentFault {
  if (!(error instanceof StoreError)) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
  const { code, message, fix } = error;
  return { code, message, fix };
}

export function decodeFault({ code, message, fix }: SentFault): Error {
  if (code === undefined) return new TypeError(message);
  return new StoreError(code, message, { fix });
}

/** Both ends are ours and of the same version, so nothing is checked. */
export function parseMessage<Said extends ThreadData | StoreQuestion | StoreReply>(
  message: unknown,
): Said {
  return message as Said;
}
