/**
 * Describes one request in a protocol: the parsed request, the channel for its answer, and the
 * server's state.
 */

import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerChannel } from './answer-channel.ts';
import type { SimRefusal } from './fault.ts';
import type { FaultMemory } from './fault-memory.ts';
import type { SimSettings } from './options.ts';

export interface Exchange {
  /** The parsed body; undefined if there is none or it is not JSON. */
  readonly body: unknown;
  /** Holds the raw body. */
  readonly bytes: Buffer;
  readonly key: string | undefined;
  /** Includes the query. */
  readonly url: string;
  /** Request headers, names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly channel: AnswerChannel;
  readonly faults: FaultMemory;
  readonly settings: SimSettings;
  /** Encodes an error body in the protocol of the path. */
  readonly encodeError: EncodeError;
}

export type EncodeError = (refusal: SimRefusal, requestId: string) => string;

export interface SimRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Excludes the leading `/v1`; a pattern matches the whole path. */
  readonly path: string | RegExp;
  /**
   * If a request has this header, this route wins over another protocol's route of the same path.
   */
  readonly header?: string;
  readonly serve: (exchange: Exchange) => Promise<void> | void;
}

export interface SimProtocol {
  readonly routes: readonly SimRoute[];
  readonly encodeError: EncodeError;
}

/**
 * `Retry-After` in whole seconds, as the standard requires; scaled time adds the exact
 * `retry-after-ms`.
 */
export function retryHeaders(refusal: SimRefusal, scale: number): Readonly<Record<string, string>> {
  if (refusal.retryAfterSeconds === undefined) return {};
  const seconds = refusal.retryAfterSeconds * scale;
  const header = { 'retry-after': String(Math.ceil(seconds)) };
  return scale === 1 ? header : { ...header, 'retry-after-ms': String(Math.ceil(seconds * 1000)) };
}
