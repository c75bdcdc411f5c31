/**
 * A request as Node hands it over, in the shape the engine takes: whether it may come from there,
 * whose key it shows, and what that may do.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewaySettings, ResolvedConfig } from '../config/resolved/resolved.ts';
import { AccessError, RequestError } from '../errors.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Clock } from '../host.ts';
import type { Headers } from '../model/request.ts';
import { type CallerKey, type CallerKeys, hashKey, type KeyScope } from './caller-keys.ts';

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

/** Where the paths of the admin API begin. */
export const adminRoot = '/admin';
export const metricsPath = '/metrics';

export function isAdminPath(path: string): boolean {
  return path === adminRoot || path === metricsPath || path.startsWith(`${adminRoot}/`);
}

/** Agents add queries such as `?beta=true`: the path alone says what is asked. */
export function splitTarget(url: string): Pick<Incoming, 'path' | 'query'> {
  const target = url.startsWith('/') ? url : url.replace(absoluteForm, '/');
  const at = target.indexOf('?');
  if (at < 0) return { path: target, query: '' };
  return { path: target.slice(0, at), query: target.slice(at + 1) };
}

/**
 * Of two Host headers each reader would believe another one (RFC 9112 § 3.2): Node keeps the first.
 */
export function checkOneHost({ rawHeaders }: IncomingMessage): void {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  if (count < 2) return;
  throw new RequestError('request-invalid', 'the request has more than one Host header', {
    status: 400,
    fix: 'send one',
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
 * Where the request comes from; its key is asked for after that, because a browser's preflight has
 * none. A foreign Host is how a web page reaches a local server through DNS rebinding. That of a
 * target in absolute form counts in place of the header.
 */
export function checkCaller(
  url: string,
  { host: written, origin }: Headers,
  settings: GatewaySettings,
): void {
  const host = url.startsWith('/') ? written : (absoluteForm.exec(url)?.[1] ?? written);
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  if (
    host !== undefined &&
    name !== undefined &&
    !loopbackNames.includes(name) &&
    !isOwnHost(name, settings)
  )
    throw hostForeign(host);
  if (origin !== undefined && !settings.allowedOrigins.includes(origin))
    throw originForeign(origin);
}

function isOwnHost(
  name: string,
  { host: { value: bound }, allowedHosts }: GatewaySettings,
): boolean {
  return [bound, `[${bound}]`, ...allowedHosts].some((own) => own.toLowerCase() === name);
}

function hostForeign(host: string): RequestError {
  return new RequestError('host-not-allowed', `the Host "${host}" is not one of this gateway`, {
    status: 403,
    fix: 'use http://127.0.0.1:PORT, or add the name to gateway.allowed_hosts',
  });
}

function originForeign(origin: string): RequestError {
  return new RequestError('origin-not-allowed', `pages of ${origin} may not use this gateway`, {
    status: 403,
    fix: 'add the origin to gateway.allowed_origins if you trust it',
  });
}

/** Whom a key was given to. */
export type KeyHolder = Pick<CallerKey, 'scope' | 'tasks' | 'budget' | 'expiresAt'> & {
  /** Absent for the first key, which callers share. */
  readonly name?: string;
};

export interface KeyRing {
  /**
   * Whose key it is. No comparison tells how much of a guess was right: keys are looked up by a
   * hash, callers' keys by SHA-256, the gateway's own two by that of a `Map`, which is seeded anew
   * in each process. Takes it as each vendor's clients send it, Google's in the query too. Throws a
   * 401 where none is shown, none of ours, or one that has expired.
   */
  identify(incoming: Pick<Incoming, 'headers' | 'query' | 'path'>): KeyHolder;
}

export interface KeyRingParts {
  readonly key: string;
  readonly adminKey?: string | undefined;
  readonly callerKeys?: CallerKeys | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

const first: KeyHolder = { scope: 'call' };

/** The holder of `admin.key` is called so; no other key is. */
const adminName = 'admin';

/** Throws `AccessError` where both keys are the same: nobody could tell which is meant. */
export function createKeyRing({ key, adminKey, callerKeys, clock }: KeyRingParts): KeyRing {
  if (key === adminKey)
    throw new AccessError('config-invalid', 'the admin key is the same as the gateway key', {
      fix: 'give each its own: HOLDFAST_ADMIN_KEY and HOLDFAST_GATEWAY_KEY, or admin.key and gateway.key',
    });
  const fixed = new Map([[key, first]]);
  if (adminKey !== undefined) fixed.set(adminKey, { name: adminName, scope: 'admin' });
  return {
    identify: ({ headers, query, path }) => {
      const shown = shownKey(headers, query);
      if (shown === undefined) throw keyWrong('the request carries no gateway key', path);
      const holder = fixed.get(shown) ?? callerKeys?.find(hashKey(shown));
      if (holder === undefined) throw keyWrong('this is not a key of this Holdfast gateway', path);
      if (holder.expiresAt !== undefined && holder.expiresAt <= clock.now())
        throw keyExpired(holder);
      return holder;
    },
  };
}

function shownKey(headers: Headers, query: string): string | undefined {
  const { authorization = '' } = headers;
  if (authorization.slice(0, 7).toLowerCase() === 'bearer ') return authorization.slice(7).trim();
  const named = headers['x-api-key'] ?? headers['x-goog-api-key'];
  if (named !== undefined || !query.includes('key=')) return named;
  return new URLSearchParams(query).get('key') ?? undefined;
}

function keyWrong(found: string, path: string): RequestError {
  return new RequestError('gateway-key-wrong', found, {
    status: 401,
    fix: `send ${keysFor[scopeOfPath(path)]}, as "Authorization: Bearer …"`,
  });
}

function scopeOfPath(path: string): KeyScope {
  if (path === metricsPath) return 'metrics';
  return isAdminPath(path) ? 'admin' : 'call';
}

function keyExpired({ name = '', expiresAt = 0 }: KeyHolder): RequestError {
  const day = new Date(expiresAt).toISOString();
  return new RequestError('gateway-key-wrong', `the gateway key ${name} expired at ${day}`, {
    status: 401,
    fix: `make another: ${shellLine`holdfast key revoke ${name}`}, then ${shellLine`holdfast key add ${name}`}`,
  });
}

/** A 403 that says what the key may do. */
export function scopeWrong({ name, scope }: KeyHolder, wanted: KeyScope): RequestError {
  const key = name === undefined ? 'the first key of this gateway' : `the gateway key ${name}`;
  return new RequestError('key-not-allowed', `${key} may only ${may[scope]} (scope ${scope})`, {
    status: 403,
    fix: `use ${keysFor[wanted]}`,
  });
}

const may: Readonly<Record<KeyScope, string>> = {
  call: 'ask models',
  admin: 'read and change the state of the gateway',
  metrics: 'read metrics',
};

const keysFor: Readonly<Record<KeyScope, string>> = {
  call: 'the key that `holdfast key` prints, or one of `holdfast key add NAME`',
  admin: 'the key in admin.key, or one of `holdfast key add NAME --scope admin`',
  metrics: 'one of `holdfast key add NAME --scope metrics`, or the key in admin.key',
};
