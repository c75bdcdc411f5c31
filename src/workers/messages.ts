/**
 * The one table of what a primary and its workers say to each other: what is told, and what is
 * asked and answered.
 */

import type { SlotWish } from '../access/waiting/task-slots.ts';
import type { SentFault } from '../errors.ts';
import type { LiveRequest } from '../explain/snapshot/snapshot.ts';
import type { NumberedReply } from '../host/askers.ts';
import type { EngineEvent, RefusedCaller } from '../model/events.ts';
import type { BegunRequest, RequestRecord } from '../model/record.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import type { OperationName, ParametersOf } from '../store/sqlite/asked.ts';

/** What each message has with it, and what it is answered with; `void`: it is told, not asked. */
export interface LinkCalls {
  /** By a worker, before all else. */
  start(version: string): StartFacts;
  /** By a worker: it takes connections. */
  listening(): void;
  /** By a worker that could not start. */
  failed(fault: SentFault): void;
  /** By a worker: it takes no more connections, and ends. `because`: its code has failed. */
  leaving(because?: string): void;
  /** By a worker: what happened to its requests in the last 20 ms, by `encodeBatch`. */
  requests(batch: string): void;
  /** By a worker. */
  event(event: EngineEvent): void;
  /** By a worker, and by the primary to all others. */
  news(news: WorkerNews): void;
  /** By a worker: an operation of the store. */
  store(name: OperationName, parameters: ParametersOf<OperationName>): unknown;
  /** By a worker: a slot of a task; true if it was free in time. */
  slot(wish: LinkedWish): boolean;
  /** By a worker: it gives the slot of this wish back, or waits for it no more. */
  slotOver(id: number): void;
  /** By the primary: do you still answer? */
  ping(): true;
  /** By the primary: what are you doing? */
  live(): readonly LiveRequest[];
  /** By the primary: another process of the home has changed health. */
  healthChanged(): void;
  /** By the primary: read the configuration again. */
  reload(): void;
  /** By the primary: say that you are not ready, and go on. */
  unready(): void;
  /** By the primary: finish the requests in progress, take no more, and end. */
  drain(): void;
  /** By the primary: end the requests in progress, each with an error. */
  abort(): void;
}

export type LinkKind = keyof LinkCalls;
export type SaidWith<Kind extends LinkKind> = Parameters<LinkCalls[Kind]>;
export type AnswerTo<Kind extends LinkKind> = ReturnType<LinkCalls[Kind]>;

/** One message on its way: something told, a question (`id`), or its answer. */
export type LinkFrame =
  | { readonly kind: LinkKind; readonly said: SaidWith<LinkKind>; readonly id?: number }
  | NumberedReply;

export interface RequestBatch {
  readonly requests: readonly ToldRequest[];
  readonly refused: readonly RefusedCaller[];
}

/** A request has begun, has ended, or has ended without a record (`dropped` is its id). */
export type ToldRequest =
  | { readonly begun: BegunRequest }
  | {
      readonly record: RequestRecord;
      /** It was a caller's, not a side task of our own: metrics count it. */
      readonly isCounted: boolean;
    }
  | { readonly dropped: string };

export interface LinkedWish extends Pick<SlotWish, 'limit' | 'withinMs'> {
  /** The worker's own number for this wish. */
  readonly id: number;
  readonly task: string;
}

/** What a worker needs to start. */
export interface StartFacts {
  /** Where the primary listens. */
  readonly host: string;
  readonly port: number;
  /** How many workers there are. */
  readonly workers: number;
  /** The key of callers, as the primary read it when it started. */
  readonly key: string;
  /** The text of the configuration in force, for a time when the file is broken. */
  readonly inForce?: string | undefined;
  /** Keys the digests of prompts, which workers compare. */
  readonly promptKey: string;
  /** What the others have learned so far. */
  readonly news: readonly WorkerNews[];
  /** Where the primary answers paths of the admin API. */
  readonly socketPath: string;
  /** Proves that the run file is this gateway's. */
  readonly token: string;
}

/** Records are JSON in the state file too; to clone so many objects takes twice the time. */
export function encodeBatch(batch: RequestBatch): string {
  return JSON.stringify(batch);
}

export function parseBatch(text: string): RequestBatch {
  return JSON.parse(text);
}

/** Undefined for what is no message of ours. Both ends are of the same version. */
export function parseFrame(message: unknown): LinkFrame | undefined {
  const isFrame =
    typeof message === 'object' && message !== null && ('kind' in message || 'id' in message);
  return isFrame ? (message as LinkFrame) : undefined;
}

/** The answer to a message is of that message's kind. */
export function parseAnswer<Kind extends LinkKind>(answer: unknown): AnswerTo<Kind> {
  return answer as AnswerTo<Kind>;
}
