/** A request as Node hands it over, in the shape the engine takes. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { Headers } from '../model/request.ts';

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly headers: Headers;
  /** As it was when the head had arrived, at `lookedAt` (monotonic ms). */
  readonly config: ResolvedConfig;
  readonly lookedAt: number;
  /** For the answer, beside the engine's own. */
  readonly extra: Headers;
}

/** Agents add queries such as `?beta=true`: the path alone counts. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

export function flattenHeaders(request: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}
