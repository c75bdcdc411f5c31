/**
 * A request from Node in the shape that the engine takes, and the checks of its origin, its key,
 * and the key's scope.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { isKept } from '../access/select/endpoints.ts';
import type { GatewaySettings, ResolvedConfig } from '../config/resolved/resolved.ts';
import { isGatewayKey } from '../config/secrets/judge-secret.ts';
import { AccessError, RequestError } from '../errors.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Clock } from '../host.ts';
import type { ShellLine } from '../model/fix.ts';
import type { BroughtLogin, Headers } from '../model/request.ts';
import { type CallerKey, type CallerKeys, hashKey, type KeyScope } from './caller-keys.ts';
import { admitAlone, besideHeader, findLogin } from './caller-login.ts';
import { usedAsProxy } from './refusals.ts';
import {
  describeAnothers,
  describeForeign,
  describeUnread,
  fixUnread,
  keyExpired,
  keyRevoked,
  unread,
} from './unknown-key.ts';

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** Is the part after the question mark. */
  readonly query: string;
  /** The id in the answer and in our errors. */
  readonly requestId: string;
  readonly headers: Headers;
  /** Was in force when the head arrived. */
  readonly config: ResolvedConfig;
  /** Headers for the answer, besides the engine's. */
  readonly extra: Headers;
  readonly holder: KeyHolder;
}

/** A target in absolute form (RFC 9112 § 3.2.2), from clients that treat us as a proxy. */
const absoluteForm = /^https?:\/\/([^/?#]*)\/?/i;

export const adminRoot = '/admin';
export const metricsPath = '/metrics';
/** The page that reads the admin API in a browser. */
export const pageRoot = '/ui';
/** A link or a key opens it here. */
export const enterPath = `${pageRoot}/enter`;

export function isPagePath(path: string): boolean {
  return path === pageRoot || path.startsWith(`${pageRoot}/`);
}

/** What the admin API answers: itself, the metrics, and the page. */
export function isAdminPath(path: string): boolean {
  return (
    path === adminRoot ||
    path === metricsPath ||
    path.startsWith(`${adminRoot}/`) ||
    path === pageRoot ||
    path.startsWith(`${pageRoot}/`)
  );
}

/** Agents add queries such as `?beta=true`: only the path selects the endpoint. */
export function splitTarget(url: string): Pick<Incoming, 'path' | 'query'> {
  const target = url.startsWith('/') ? url : url.replace(absoluteForm, '/');
  const at = target.indexOf('?');
  if (at < 0) return { path: target, query: '' };
  return { path: target.slice(0, at), query: target.slice(at + 1) };
}

/**
 * With two Host headers, two readers may each believe a different one (RFC 9112 § 3.2); Node keeps
 * the first.
 */
export function checkOneHost({ rawHeaders }: IncomingMessage): void {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  if (count < 2) return;
  throw new RequestError('request-invalid', 'the request has more than one Host header', {
    fix: 'send one',
    headers: { connection: 'close' },
  });
}

/** Node has joined repeated headers, except `set-cookie`, which only answers have. */
export function parseHeaders({ headers }: IncomingMessage): Headers {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return headers as Headers;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Checks Host and Origin, before the key, since a preflight has none. A foreign Host is how a web
 * page reaches a local server by DNS rebinding. The host of a target in absolute form replaces the
 * header. The origin of our own page is that host.
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
    throw url.startsWith('/') ? hostForeign(host, settings) : usedAsProxy();
  if (
    origin !== undefined &&
    !settings.allowedOrigins.includes(origin) &&
    origin !== `http://${written}` &&
    origin !== settings.publicUrl
  )
    throw originForeign(origin, settings);
}

function isOwnHost(
  name: string,
  { host: { value: bound }, allowedHosts, publicUrl }: GatewaySettings,
): boolean {
  const ownNames = [bound, `[${bound}]`, ...allowedHosts];
  return (
    ownNames.some((own) => own.toLowerCase() === name) ||
    (publicUrl !== undefined && new URL(publicUrl).hostname === name)
  );
}

function hostForeign(host: string, { allowedHosts }: GatewaySettings): RequestError {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return new RequestError(
    'host-not-allowed',
    `the Host "${host}" is not one of this gateway (gateway.allowed_hosts)`,
    {
      status: 403,
      fix: {
        text: 'use the address that the gateway prints, or, if the name is yours, let it in',
        command: allowLine('allowed_hosts', allowedHosts, name),
      },
    },
  );
}

/** Undefined for a text that no name or origin is: it came from whoever asked. */
function allowLine(
  key: 'allowed_hosts' | 'allowed_origins',
  allowed: readonly string[],
  another: string,
): ShellLine | undefined {
  if (!/^[\w.:/[\]-]+$/.test(another)) return undefined;
  return shellLine`holdfast config set gateway.${key} ${JSON.stringify([...allowed, another])}`;
}

function originForeign(origin: string, { allowedOrigins }: GatewaySettings): RequestError {
  return new RequestError(
    'origin-not-allowed',
    `pages of ${origin} may not use this gateway (gateway.allowed_origins)`,
    {
      status: 403,
      fix: {
        text: 'if you trust it, let it in',
        command: allowLine('allowed_origins', allowedOrigins, origin),
      },
    },
  );
}

/** The owner of a key and what it allows. */
export type KeyHolder = Pick<CallerKey, 'scope' | 'tasks' | 'budget' | 'expiresAt' | 'isShared'> & {
  /** Absent for the gateway's own key, which several callers may share. */
  readonly name?: string;
  /** Of its key; absent for the gateway's own two keys. */
  readonly hash?: string;
  /** Epoch ms; present for the session of a browser, in place of a key. */
  readonly sessionEndsAt?: number;
  /** The login that came beside the key, or without one (`gateway.caller_login`). */
  readonly login?: BroughtLogin | undefined;
};

export interface KeyRing {
  /**
   * Finds the owner of the request's key. Keys are looked up by hash, so timing does not reveal a
   * partly right guess: caller keys by SHA-256, the gateway's own two in a `Map`, which is seeded
   * per process. Accepts the key where each vendor's clients send it, Google's query parameter
   * included. Throws a 401 for a missing, unknown, revoked or expired key.
   */
  identify(
    incoming: Pick<Incoming, 'headers' | 'query' | 'path'>,
    /** A login may come without a key. Default: it may not. */
    mayBeAlone?: boolean,
  ): KeyHolder;
}

export interface KeyRingParts {
  readonly key: string;
  /** `HOLDFAST_GATEWAY_KEY` gave it, so that other shells may print another. Default: false. */
  readonly isOfVariable?: boolean;
  /** The key of the admin API as it is now. Default: there is none. */
  readonly adminKey?: (() => string) | undefined;
  readonly callerKeys?: CallerKeys | undefined;
  /** Opens the admin API where no key is shown. Default: nothing does. */
  readonly sessions?: { find(headers: Headers): KeyHolder | undefined } | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

const first: KeyHolder = { scope: 'call' };

/** The owner of `admin.key`. No other key may have this name. */
export const adminHolder: KeyHolder = { name: 'admin', scope: 'admin' };

/**
 * Throws `AccessError` if both keys are the same, since their scopes could not be distinguished.
 */
export function createKeyRing(parts: KeyRingParts): KeyRing {
  const { key, isOfVariable, adminKey, callerKeys, sessions, clock } = parts;
  if (key === adminKey?.())
    throw new AccessError('config-invalid', 'the admin key is the same as the gateway key', {
      fix: 'give each its own: HOLDFAST_ADMIN_KEY and HOLDFAST_GATEWAY_KEY, or admin.key and gateway.key',
    });
  const fixed = new Map([[key, first]]);
  const refuse = (found: string, path: string, look = ''): RequestError =>
    new RequestError('gateway-key-wrong', found, {
      status: 401,
      fix: `${look}send ${nameKeys(scopeOfPath(path), isOfVariable)}, as "Authorization: Bearer …"`,
    });
  /** The admin key comes last: it may change, and asks no model. */
  const findSecond = (shown: string): KeyHolder | undefined => {
    const hash = hashKey(shown);
    if (callerKeys?.isFirst?.(hash)) return first;
    const isAdmin = adminKey !== undefined && hash === hashKey(adminKey());
    return callerKeys?.find(hash) ?? (isAdmin ? adminHolder : undefined);
  };
  const findSession = (headers: Headers, path: string): KeyHolder => {
    const session = isAdminPath(path) ? sessions?.find(headers) : undefined;
    if (session !== undefined) return session;
    throw refuse(`the request carries no gateway key${describeUnread(headers)}`, path);
  };
  const explainUnknown = (shown: string, path: string): RequestError => {
    const revoked = callerKeys?.findRevoked(hashKey(shown));
    if (revoked !== undefined) return keyRevoked(revoked);
    if (!isGatewayKey(shown)) return refuse(describeForeign(shown), path);
    return callerKeys?.isUnusable() === true
      ? new RequestError('gateway-key-wrong', unread, { status: 401, fix: fixUnread })
      : refuse(
          describeAnothers(shown),
          path,
          'see whose gateway this is (holdfast doctor), and with its home ',
        );
  };
  const findHolder = (key: string): KeyHolder | undefined => fixed.get(key) ?? findSecond(key);
  const isOurs = (key: string): boolean => findHolder(key) !== undefined;
  /** An agent with two variables sends two: its own key in one header, and ours in another. */
  const identifyOther = (
    { headers, query, path }: Parameters<KeyRing['identify']>[0],
    shown: string,
    mayBeAlone: boolean,
  ): KeyHolder => {
    if (headers[besideHeader] !== undefined) throw explainUnknown(shown, path);
    const named = keyHeaders.map((name) => headers[name]);
    const all = [shown, ...named, keyInQuery(query)].filter((key) => key !== undefined);
    const holder = all.map(findHolder).find(Boolean);
    if (holder !== undefined) return holder;
    const isAlone = mayBeAlone && !isAdminPath(path);
    const login = isAlone ? admitAlone({ headers, query }, isOurs) : undefined;
    if (login !== undefined) return { scope: 'call', login };
    throw explainUnknown(all.find(isGatewayKey) ?? shown, path);
  };
  return {
    identify: (incoming, mayBeAlone = false) => {
      const { headers, query, path } = incoming;
      const beside = headers[besideHeader];
      const shown = beside ?? shownKey(headers, query);
      if (shown === undefined) return findSession(headers, path);
      const holder =
        fixed.get(shown) ?? findSecond(shown) ?? identifyOther(incoming, shown, mayBeAlone);
      if (holder.expiresAt !== undefined && holder.expiresAt <= clock.now())
        throw keyExpired(holder, clock.now());
      if (beside === undefined) return holder;
      return { ...holder, login: findLogin({ headers, query }, isOurs) };
    },
  };
}

function shownKey(headers: Headers, query: string): string | undefined {
  const { authorization = '' } = headers;
  if (authorization.slice(0, 7).toLowerCase() === 'bearer ') return authorization.slice(7).trim();
  const [name] = keyHeaders.filter((one) => headers[one] !== undefined);
  return name === undefined ? keyInQuery(query) : headers[name];
}

const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;

function keyInQuery(query: string): string | undefined {
  if (!query.includes('key=')) return undefined;
  return new URLSearchParams(query).get('key') ?? undefined;
}

function scopeOfPath(path: string): KeyScope {
  if (path === metricsPath) return 'metrics';
  return isAdminPath(path) ? 'admin' : 'call';
}

/** True for an admin who looks at what callers have made at a provider. */
export function maySee({ holder, request, path }: Incoming): boolean {
  return holder.scope === 'admin' && request.method === 'GET' && isKept(path);
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

function nameKeys(scope: KeyScope, isOfVariable = false): string {
  return isOfVariable && scope === 'call'
    ? 'the value of HOLDFAST_GATEWAY_KEY that this gateway was started with, or a key of `holdfast key add NAME`'
    : keysFor[scope];
}

const keysFor: Readonly<Record<KeyScope, string>> = {
  call: 'the key that `holdfast key` prints, or one of `holdfast key add NAME`',
  admin: 'the key in admin.key, or one of `holdfast key add NAME --scope admin`',
  metrics: 'one of `holdfast key add NAME --scope metrics`, or the key in admin.key',
};
