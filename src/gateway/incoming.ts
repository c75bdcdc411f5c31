/** A request as Node hands it over, in the shape the engine takes; and whether it may come from there. Whose key it shows: key-ring.ts. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewaySettings, ResolvedConfig } from '../config/resolved.ts';
import { RequestError } from '../errors.ts';
import type { Headers } from '../model/request.ts';
import type { KeyHolder } from './key-ring.ts';

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** What stands behind the question mark. */
  readonly query: string;
  /** What it is called, in an answer and in an error of ours. */
  readonly requestId: string;
  readonly headers: Headers;
  /** As it was when the head had arrived. */
  readonly config: ResolvedConfig;
  /** For the answer, beside the engine's own. */
  readonly extra: Headers;
  /** Whose key it shows. */
  readonly holder: KeyHolder;
}

/** A target in absolute form (RFC 9112 § 3.2.2), as clients write it that take us for a proxy. */
const absoluteForm = /^https?:\/\/([^/?#]*)\/?/i;

/** Agents add queries such as `?beta=true`: the path alone says what is asked. */
export function splitTarget(url: string): Pick<Incoming, 'path' | 'query'> {
  const target = url.startsWith('/') ? url : url.replace(absoluteForm, '/');
  const at = target.indexOf('?');
  if (at < 0) return { path: target, query: '' };
  return { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** Of two Host headers each reader would believe another one (RFC 9112 § 3.2): Node keeps the first. */
export function checkOneHost({ rawHeaders }: IncomingMessage): void {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  if (count < 2) return;
  throw new RequestError('request-invalid', 'the request has more than one Host header', {
    status: 400,
    howToFix: 'send one',
    headers: { connection: 'close' },
  });
}

/** Node has joined what came twice, all but `set-cookie`, which only answers bring. */
export function parseHeaders({ headers }: IncomingMessage): Headers {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return headers as Headers;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Where the request comes from; its key is asked for after that, because a browser's preflight has none. A foreign Host is how
 * a web page reaches a local server through DNS rebinding. That of a target in absolute form counts in place of the header.
 */
export function checkCaller(
  url: string,
  { host: written, origin }: Headers,
  settings: GatewaySettings,
): void {
  const host = url.startsWith('/') ? written : (absoluteForm.exec(url)?.[1] ?? written);
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  if (host !== undefined && name !== undefined && !loopbackNames.includes(name) && !isOwn(name, settings))
    throw hostForeign(host);
  if (origin !== undefined && !settings.allowedOrigins.includes(origin)) throw originForeign(origin);
}

function isOwn(name: string, { host: { value: bound }, allowedHosts }: GatewaySettings): boolean {
  return [bound, `[${bound}]`, ...allowedHosts].some((own) => own.toLowerCase() === name);
}

function hostForeign(host: string): RequestError {
  return new RequestError('host-not-allowed', `the Host "${host}" is not one of this gateway`, {
    status: 403,
    howToFix: 'use http://127.0.0.1:PORT, or add the name to gateway.allowed_hosts',
  });
}

function originForeign(origin: string): RequestError {
  return new RequestError('origin-not-allowed', `pages of ${origin} may not use this gateway`, {
    status: 403,
    howToFix: 'add the origin to gateway.allowed_origins if you trust it',
  });
}
