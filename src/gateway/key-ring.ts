/**
 * Whose key a request shows, and what it may do with it. No comparison tells how much of a guess was right: keys are looked up
 * by a hash, callers' keys by SHA-256, the gateway's own two by that of a `Map`, which is seeded anew in each process.
 */

import { AccessError, RequestError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { Headers } from '../model/request.ts';
import { type CallerKey, type CallerKeys, hashKey, type KeyScope } from './caller-keys.ts';

/** Whom a key was given to. */
export type KeyHolder = Pick<CallerKey, 'scope' | 'tasks' | 'budget' | 'expiresAt'> & {
  /** Absent for the first key, which callers share. */
  readonly name?: string;
};

export interface KeyRing {
  /**
   * Whose key it is. Takes it as each vendor's clients send it, Google's in the query too. Throws a 401 where none is shown, none
   * of ours, or one that has expired.
   */
  identify(headers: Headers, query: string): KeyHolder;
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
      howToFix:
        'give each its own: HOLDFAST_ADMIN_KEY and HOLDFAST_GATEWAY_KEY, or admin.key and gateway.key',
    });
  const fixed = new Map([[key, first]]);
  if (adminKey !== undefined) fixed.set(adminKey, { name: adminName, scope: 'admin' });
  return {
    identify: (headers, query) => {
      const shown = shownKey(headers, query);
      if (shown === undefined) throw keyWrong('the request carries no gateway key');
      const holder = fixed.get(shown) ?? callerKeys?.find(hashKey(shown));
      if (holder === undefined) throw keyWrong('this is not a key of this Holdfast gateway');
      if (holder.expiresAt !== undefined && holder.expiresAt <= clock.now()) throw keyExpired(holder);
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

function keyWrong(found: string): RequestError {
  return new RequestError('gateway-key-wrong', found, {
    status: 401,
    howToFix: 'send the key that `holdfast key` prints as "Authorization: Bearer …"',
  });
}

function keyExpired({ name = '', expiresAt = 0 }: KeyHolder): RequestError {
  const day = new Date(expiresAt).toISOString();
  return new RequestError('gateway-key-wrong', `the gateway key ${name} expired at ${day}`, {
    status: 401,
    howToFix: `make another: holdfast key revoke ${name}, then holdfast key add ${name}`,
  });
}

/** A 403 that says what the key may do. */
export function scopeWrong({ name, scope }: KeyHolder, wanted: KeyScope): RequestError {
  const key = name === undefined ? 'the first key of this gateway' : `the gateway key ${name}`;
  return new RequestError('key-not-allowed', `${key} may only ${may[scope]} (scope ${scope})`, {
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
