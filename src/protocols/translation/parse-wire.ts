/**
 * Reads a client's body against the shape of its protocol, so that the translate leg can trust it.
 */

import { RequestError } from '../../errors.ts';
import type { WireObject } from '../json/is-record.ts';
import { type FieldRules, notCarried, requireCarriable, uncarriedFix } from './field-fates.ts';
import { type Fault, Walk, type WireShape } from './shape.ts';

export interface ReadWire<Body> {
  readonly read: Body;
  /** What of the body is not in the shape, for the record. */
  readonly notes: readonly string[];
}

/**
 * What is in the shape is carried, what is in neither is left out. Throws `RequestError` (400) that
 * names what is refused.
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

/** Throws `RequestError` (400) that names the place: `messages.3.content.0.type`. */
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
    return new RequestError('request-invalid', `the request has no "${place}": ${message}`, {
      status: 400,
    });
  return new RequestError(
    'request-invalid',
    `${place} cannot be carried into another protocol: ${message}${describeValue(value)}`,
    { status: 400, fix: uncarriedFix },
  );
}

function wireValueAt(body: WireObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = body;
  for (const step of path) value = Object(value)[step];
  return value;
}

/** ` ("video_url")`: what stood there, where it is short. */
function describeValue(value: unknown): string {
  return typeof value === 'string' && value.length <= 40 ? ` ("${value}")` : '';
}
