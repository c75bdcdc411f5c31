/**
 * Checks a client's body against the shape of its protocol, so that the translate leg can trust it.
 */

import { RequestError } from '../../errors.ts';
import type { WireObject } from '../json/is-record.ts';
import { type FieldRules, notCarried, requireCarriable, uncarriedFix } from './field-fates.ts';
import { type Fault, Walk, type WireShape } from './shape.ts';

export interface ReadWire<Body> {
  readonly read: Body;
  /** Notes for the record on fields outside the shape. */
  readonly notes: readonly string[];
}

/**
 * Fields in the shape are carried, unknown ones are left out. Throws a `RequestError` (400) that
 * names a refused field.
 */
export function readWire<Body>(
  shape: WireShape<Body>,
  body: WireObject,
  rules: FieldRules,
): ReadWire<Body> {
  requireCarriable(body, rules);
  const walk = new Walk();
  const read = parseWire(shape, body, walk);
  const { refused, idle } = rules;
  const unread = [...walk.unread].filter(
    (place) => refused[place] === undefined && !(place in idle && idle[place] === body[place]),
  );
  return { read, notes: notCarried(unread) };
}

/** Throws a `RequestError` (400) with the path: `messages.3.content.0.type`. */
function parseWire<Body>({ check }: WireShape<Body>, body: WireObject, walk: Walk): Body {
  const fault = check(body, walk);
  if (fault === undefined) return body as Body;
  throw createFault(fault, body);
}

function createFault({ path, expected }: Fault, body: WireObject): RequestError {
  const place = path.length === 0 ? 'the request' : path.join('.');
  const value = wireValueAt(body, path);
  const message = `expected ${expected}`;
  if (value === undefined)
    return new RequestError('request-invalid', `the request has no "${place}": ${message}`);
  return new RequestError(
    'request-invalid',
    `${place} cannot be carried into another protocol: ${message}${describeValue(value)}`,
    { fix: uncarriedFix },
  );
}

function wireValueAt(body: WireObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = body;
  for (const step of path) value = Object(value)[step];
  return value;
}

/** Returns ` ("video_url")`: the found value, if it is short. */
function describeValue(value: unknown): string {
  return typeof value === 'string' && value.length <= 40 ? ` ("${value}")` : '';
}
