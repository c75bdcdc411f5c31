/** Who may talk to the gateway: the right key, a Host that is ours, an Origin that is allowed. Pure judgements over headers. */

import { timingSafeEqual } from 'node:crypto';
import { RequestError } from '../errors.ts';
import type { Headers } from '../model/request.ts';

/** Accepts the key as each vendor's clients send it, Google's in the query too; compares in constant time. */
export function createKeyCheck(key: string): (headers: Headers, query: string) => boolean {
  const expected = Buffer.from(key);
  return (headers, query) => {
    const named = headers['x-api-key'] ?? headers['x-goog-api-key'];
    const shown = bearerOf(headers['authorization']) ?? named ?? keyIn(query);
    return shown !== undefined && isSame(Buffer.from(shown), expected);
  };
}

/** How long a key is, is no secret; what stands in it takes the same time to compare, right or wrong. */
function isSame(shown: Buffer, expected: Buffer): boolean {
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

function keyIn(query: string): string | undefined {
  return query.includes('key=') ? (new URLSearchParams(query).get('key') ?? undefined) : undefined;
}

function bearerOf(header: string | undefined): string | undefined {
  return header?.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : undefined;
}

export function keyWrong(headers: Headers): RequestError {
  const isThere =
    (headers['authorization'] ?? headers['x-api-key'] ?? headers['x-goog-api-key']) !== undefined;
  const found = isThere
    ? 'this is not the key of this Holdfast gateway'
    : 'the request carries no gateway key';
  return new RequestError('gateway-key-wrong', found, {
    status: 401,
    howToFix: 'send the key that `holdfast key` prints as "Authorization: Bearer …"',
  });
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** A foreign Host header is how a web page reaches a local server through DNS rebinding; it is refused. */
export function isHostAllowed(host: string | undefined, bound: string, allowed: readonly string[]): boolean {
  if (host === undefined) return true;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return [...loopbackNames, bound, `[${bound}]`, ...allowed].some((own) => own.toLowerCase() === name);
}

export function hostForeign(host: string): RequestError {
  return new RequestError('host-not-allowed', `the Host "${host}" is not one of this gateway`, {
    status: 403,
    howToFix: 'use http://127.0.0.1:PORT, or add the name to gateway.allowed_hosts',
  });
}

export function originForeign(origin: string): RequestError {
  return new RequestError('origin-not-allowed', `pages of ${origin} may not use this gateway`, {
    status: 403,
    howToFix: 'add the origin to gateway.allowed_origins if you trust it',
  });
}
