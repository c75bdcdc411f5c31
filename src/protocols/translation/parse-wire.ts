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

/**
 * A body that is wrong in its own protocol: a field is missing, or has a value of another type. No
 * server of that protocol would take it.
 */
export class MalformedBody extends RequestError {
  constructor(what: string) {
    super('request-invalid', what, { fix: 'correct it in the program that asks' });
  }
}

/** Words that a shape expects are those that we know; a vendor may have more of them. */
const types = /^(?:string|number|boolean|object|array)(?: or (?:string|number|object|array))?$/;

function createFault({ path, expected }: Fault, body: WireObject): RequestError {
  const place = path.length === 0 ? 'the request' : path.join('.');
  const value = wireValueAt(body, path);
  const message = `expected ${expected}`;
  if (value === undefined) return new MalformedBody(`the request has no "${place}": ${message}`);
  if (expected !== 'null' && (typeof value !== 'string' || types.test(expected)))
    return new MalformedBody(`"${place}" is ${describeType(value)}: ${message}`);
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

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Returns ` ("video_url")`: the found value, if it is short. */
function describeValue(value: unknown): string {
  return typeof value === 'string' && value.length <= 40 ? ` ("${value}")` : '';
}
