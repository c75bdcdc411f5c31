/** Whose key a request shows, and what it may do with it. Keys are compared by their hash, so that no comparison tells how much of a guess was right. */

import { hash } from 'node:crypto';
import { AccessError, RequestError } from '../errors.ts';
import type { Headers } from '../model/request.ts';

/** `call`: ask models. `metrics`: read counters. `admin`: read and change what the gateway knows, counters too; no model is asked with it. */
export type KeyScope = 'call' | 'admin' | 'metrics';

/** Whom a key was given to. */
export interface KeyHolder {
  /** Absent for the first key, which callers share. */
  readonly name?: string;
  readonly scope: KeyScope;
}

export interface KeyRing {
  /** Undefined where no key is shown, or none of ours. Takes it as each vendor's clients send it, Google's in the query too. */
  holderOf(headers: Headers, query: string): KeyHolder | undefined;
}

const first: KeyHolder = { scope: 'call' };
const admin: KeyHolder = { name: 'admin', scope: 'admin' };

/** Throws `AccessError` where both keys are the same: nobody could tell which is meant. */
export function createKeyRing({
  key,
  adminKey,
}: {
  readonly key: string;
  readonly adminKey?: string | undefined;
}): KeyRing {
  if (key === adminKey)
    throw new AccessError('config-invalid', 'the admin key is the same as the gateway key', {
      howToFix:
        'give each its own: HOLDFAST_ADMIN_KEY and HOLDFAST_GATEWAY_KEY, or admin.key and gateway.key',
    });
  const holders = new Map([[hashKey(key), first]]);
  if (adminKey !== undefined) holders.set(hashKey(adminKey), admin);
  return {
    holderOf: (headers, query) => {
      const shown = shownKey(headers, query);
      return shown === undefined ? undefined : holders.get(hashKey(shown));
    },
  };
}

function hashKey(key: string): string {
  return hash('sha256', key, 'base64url');
}

function shownKey(headers: Headers, query: string): string | undefined {
  const named = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return bearerOf(headers['authorization']) ?? named ?? keyIn(query);
}

function keyIn(query: string): string | undefined {
  return query.includes('key=') ? (new URLSearchParams(query).get('key') ?? undefined) : undefined;
}

function bearerOf(header: string | undefined): string | undefined {
  return header?.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : undefined;
}

/** Throws a 403 that says what the key may do. */
export function requireScope({ name, scope }: KeyHolder, wanted: KeyScope): void {
  if (scope === wanted || (scope === 'admin' && wanted === 'metrics')) return;
  const key = name === undefined ? 'the first key of this gateway' : `the gateway key ${name}`;
  throw new RequestError('key-not-allowed', `${key} may only ${may[scope]} (scope ${scope})`, {
    status: 403,
    howToFix: `use ${keysFor[wanted]}`,
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
