/**
 * One request on its way through a protocol: what came in, the way back, and what the server knows.
 */

import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerChannel } from './answer-channel.ts';
import type { SimRefusal } from './fault.ts';
import type { FaultMemory } from './fault-memory.ts';
import type { SimSettings } from './options.ts';

/** A request with its body read, its key found, and its way back. */
export interface Exchange {
  /** The parsed body; nothing when there is none or it is no JSON. */
  readonly body: unknown;
  /** The body as it came. */
  readonly bytes: Buffer;
  readonly key: string | undefined;
  /** Path and query, as they came. */
  readonly url: string;
  /** Of the request, names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly channel: AnswerChannel;
  readonly faults: FaultMemory;
  readonly settings: SimSettings;
  /** The body of an error answer, as the protocol of the path has it. */
  readonly encodeError: EncodeError;
}

/** Gives a refusal the shape of a protocol. */
export type EncodeError = (refusal: SimRefusal, requestId: string) => string;

/** One path of a protocol. */
export interface SimRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without the leading `/v1`; or how the whole path looks. */
  readonly path: string | RegExp;
  /**
   * Preferred before another protocol's route of the same path where the request has this header.
   */
  readonly header?: string;
  readonly serve: (exchange: Exchange) => Promise<void> | void;
}

/** A protocol the provider speaks. */
export interface SimProtocol {
  readonly routes: readonly SimRoute[];
  readonly encodeError: EncodeError;
}

/**
 * `Retry-After` in whole seconds, as the standard has it; scaled time adds the exact
 * `retry-after-ms`.
 */
export function retryHeaders(refusal: SimRefusal, scale: number): Readonly<Record<string, string>> {
  if (refusal.retryAfterSeconds === undefined) return {};
  const seconds = refusal.retryAfterSeconds * scale;
  const header = { 'retry-after': String(Math.ceil(seconds)) };
  return scale === 1 ? header : { ...header, 'retry-after-ms': String(Math.ceil(seconds * 1000)) };
}
