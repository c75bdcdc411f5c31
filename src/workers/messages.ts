/**
 * The one table of what a primary and its workers say to each other: what is told, and what is
 * asked and answered.
 */

import type { SentFault } from '../errors.ts';
import type { LiveRequest } from '../explain/snapshot/snapshot.ts';
import type { EngineEvent, RefusedCaller } from '../model/events.ts';
import type { BegunRequest, RequestRecord } from '../model/record.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import type { OperationName, ParametersOf } from '../store/sqlite/asked.ts';

/** The body of each kind of message that nobody answers. */
export interface LinkTold {
  /** By a worker: it takes connections. */
  readonly listening: Record<string, never>;
  /** By a worker that could not start. */
  readonly failed: SentFault;
  /** By a worker: it takes no more connections, and ends. `because`: its code has failed. */
  readonly leaving: { readonly because?: string };
  /** By a worker: what happened to its requests in the last 20 ms, by `encodeBatch`. */
  readonly requests: string;
  /** By a worker. */
  readonly event: EngineEvent;
  /** By a worker, and by the primary to all others. */
  readonly news: WorkerNews;
  /** By a worker: it gives back a slot, or waits for it no more. */
  readonly slotOver: { readonly id: number };
  /** By the primary: another process of the home has changed health. */
  readonly healthChanged: Record<string, never>;
  /** By the primary: read the configuration again. */
  readonly reload: Record<string, never>;
  /** By the primary: say that you are not ready, and go on. */
  readonly unready: Record<string, never>;
  /** By the primary: finish the requests in progress, take no more, and end. */
  readonly drain: Record<string, never>;
  /** By the primary: end the requests in progress, each with an error. */
  readonly abort: Record<string, never>;
}

export interface RequestBatch {
  readonly begun: readonly BegunRequest[];
  readonly ended: readonly ToldEnd[];
  /** Ids of those that ended without a record. */
  readonly dropped: readonly string[];
  readonly refused: readonly RefusedCaller[];
}

export interface ToldEnd {
  readonly record: RequestRecord;
  /** It was a caller's, not a side task of our own: metrics count it. */
  isCounted: boolean;
}

/** Each kind of message that is answered. */
export interface LinkAsked {
  /** By a worker. */
  readonly start: { readonly question: { readonly version: string }; readonly answer: StartFacts };
  /** By the primary: do you still answer? */
  readonly ping: { readonly question: Record<string, never>; readonly answer: true };
  /** By the primary: what are you doing? */
  readonly live: {
    readonly question: Record<string, never>;
    readonly answer: readonly LiveRequest[];
  };
  /** By a worker: an operation of the store. */
  readonly store: {
    readonly question: {
      readonly name: OperationName;
      readonly parameters: ParametersOf<OperationName>;
    };
    readonly answer: unknown;
  };
  /** A slot of a task; true if it was free in time. */
  readonly slot: {
    readonly question: {
      /** The worker's own number for this wish. */
      readonly id: number;
      readonly task: string;
      readonly limit: number;
      readonly withinMs: number;
    };
    readonly answer: boolean;
  };
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
  /** Keys the digests of prompts, which workers compare. */
  readonly promptKey: string;
  /** What the others have learned so far. */
  readonly news: readonly WorkerNews[];
  /** Where the primary answers paths of the admin API. */
  readonly socketPath: string;
  /** Proves that the run file is this gateway's. */
  readonly token: string;
}

export type ToldKind = keyof LinkTold;
export type AskedKind = keyof LinkAsked;

/** One message on its way. */
export type LinkFrame =
  | { readonly type: 'told'; readonly kind: ToldKind; readonly body: LinkTold[ToldKind] }
  | {
      readonly type: 'asked';
      readonly id: number;
      readonly kind: AskedKind;
      readonly question: LinkAsked[AskedKind]['question'];
    }
  | { readonly type: 'answered'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly fault: SentFault };

/** Records are JSON in the state file too; to clone so many objects takes twice the time. */
export function encodeBatch(batch: RequestBatch): string {
  return JSON.stringify(batch);
}

export function parseBatch(text: string): RequestBatch {
  return JSON.parse(text);
}

/** Undefined for what is no message of ours. Both ends are of the same version. */
export function parseFrame(message: unknown): LinkFrame | undefined {
  const isFrame = typeof message === 'object' && message !== null && 'type' in message;
  return isFrame ? (message as LinkFrame) : undefined;
}
