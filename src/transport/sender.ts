/**
 * Sends one request: headers by allow-list, the secret last and only to the origin that it is bound
 * to (law 12).
 */

import type { Host, UpstreamCall, UpstreamHandler } from '../host.ts';
import type { CallerLogin, Secret } from '../model/credential.ts';
import type { AccessRequest, Headers, WireBody } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import { addQuery, cutBetas, joinHeaders, pickOpen } from './added.ts';
import { asCallerSent } from './caller-request.ts';

export interface Outgoing {
  readonly target: Target;
  /** Is relative to the base URL: `/chat/completions`. */
  readonly path: string;
  /** Default: none, and the request is a GET. */
  readonly body?: WireBody;
  /**
   * A passage sets method and path itself, and its content type is the client's; an upload is its
   * body. Default: neither.
   */
  readonly request?: Pick<AccessRequest, 'passage' | 'upload'>;
  readonly clientHeaders: Headers;
  /** Names of the client's headers that are passed on. */
  readonly allowedHeaders: readonly string[];
  /** Are passed on too, less these items of their lists. Default: none. */
  readonly openHeaders?: { readonly names: RegExp; readonly refusedItems: RegExp } | undefined;
  /** Used if the client sent none of that name. Default: none. */
  readonly defaultHeaders?: Headers | undefined;
  readonly secret: Secret | undefined;
  /** Its caller's own login: headers and query are sent as they came. Default: a key of ours. */
  readonly login?: CallerLogin | undefined;
  /** The only origin to which the secret may be sent. */
  readonly secretOrigin: string;
  readonly freshConnection: boolean;
}

/**
 * Throws if the secret is bound to another origin: that is a bug in our code, never the request's
 * fault.
 */
export function sendAttempt(
  host: Host,
  outgoing: Outgoing,
  handler: UpstreamHandler,
): UpstreamCall {
  const { target, secret, request: { passage, upload } = {} } = outgoing;
  // Only a POST has a content-length.
  const body = (passage?.method ?? 'POST') === 'POST' ? outgoing.body : undefined;
  if (secret !== undefined && outgoing.secretOrigin !== target.origin) {
    throw new TypeError(
      `a key bound to ${outgoing.secretOrigin} must not be sent to ${target.origin}`,
    );
  }
  const asked = passage?.path ?? outgoing.path;
  const path = target.query === undefined ? asked : addQuery(asked, target.query);
  const sent =
    outgoing.login === undefined
      ? { path, headers: createHeaders(outgoing) }
      : asCallerSent(asked, outgoing, outgoing.login);
  return host.dispatch(
    {
      origin: target.origin,
      path: `${target.baseUrl.slice(target.origin.length)}${sent.path}`,
      method: passage?.method ?? (outgoing.body === undefined ? 'GET' : 'POST'),
      body: upload === undefined ? body : undefined,
      upload,
      headers: sent.headers,
      freshConnection: outgoing.freshConnection || upload !== undefined,
    },
    handler,
  );
}

function createHeaders(outgoing: Outgoing): Headers {
  const { target, clientHeaders, allowedHeaders, openHeaders, secret, body, request } = outgoing;
  let headers: Record<string, string> = { ...outgoing.defaultHeaders };
  for (const name of allowedHeaders) {
    const value = clientHeaders[name];
    if (value !== undefined) headers[name] = value;
  }
  if (openHeaders !== undefined) Object.assign(headers, pickOpen(clientHeaders, openHeaders));
  if (body !== undefined && request?.passage === undefined)
    headers['content-type'] = 'application/json';
  if (target.headers !== undefined) headers = { ...joinHeaders(headers, target.headers) };
  if (target.refusedBetas !== undefined) headers = { ...cutBetas(headers, target.refusedBetas) };
  headers['accept-encoding'] = 'identity';
  headers['user-agent'] ??= 'holdfast';
  const { authStyle } = target;
  if (secret === undefined || authStyle === 'none') return headers;
  if (authStyle === 'bearer') headers['authorization'] = `Bearer ${secret.reveal()}`;
  else headers[authStyle] = secret.reveal();
  return headers;
}
