/** A request as Node hands it over, in the shape the engine takes. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { Headers } from '../model/request.ts';

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** What it is called, in an answer and in an error of ours. */
  readonly requestId: string;
  readonly headers: Headers;
  /** As it was when the head had arrived. */
  readonly config: ResolvedConfig;
  /** For the answer, beside the engine's own. */
  readonly extra: Headers;
}

/** Agents add queries such as `?beta=true`: the path alone counts. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Node has joined what came twice, all but `set-cookie`, which only answers bring. */
export function parseHeaders({ headers }: IncomingMessage): Headers {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return headers as Headers;
}
