/** Reads a client's body against the shape of its protocol, so that the translate leg can trust it. */

import type { z } from 'zod';
import { RequestError } from '../../errors.ts';
import type { WireObject } from '../is-record.ts';
import { type FieldRules, listUnread, notCarried, requireCarriable } from './field-fates.ts';

export interface ReadWire<Body> {
  readonly read: Body;
  /** What of the body is not in the shape, for the record. */
  readonly notes: readonly string[];
}

/** What is in the shape is carried, what is in neither is left out. Throws `RequestError` (400) that names what is refused. */
export function readWire<Shape extends z.ZodType>(
  shape: Shape,
  body: WireObject,
  rules: FieldRules,
): ReadWire<z.infer<Shape>> {
  requireCarriable(body, rules);
  const read = parseWire(shape, body);
  return { read, notes: notCarried(listUnread(body, read, rules)) };
}

/** A list of a million wrong items has a million faults, at half a kilobyte each: the first one is all that is told. */
const firstFault: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

/** Throws `RequestError` (400) that names the place: `messages.3.content.0.type`. */
function parseWire<Shape extends z.ZodType>(shape: Shape, body: WireObject): z.infer<Shape> {
  const parsed = shape.safeParse(body, firstFault);
  if (parsed.success) return parsed.data;
  const { path, message } = innermost(parsed.error.issues[0]);
  const place = path.length === 0 ? 'the request' : path.map(String).join('.');
  const value = valueAt(body, path);
  if (value === undefined)
    throw new RequestError('request-invalid', `the request has no "${place}": ${message}`, { status: 400 });
  throw new RequestError(
    'request-invalid',
    `${place} cannot be carried into another protocol: ${message}${describeValue(value)}`,
    {
      status: 400,
      howToFix: 'leave it out, or name a model whose provider speaks the protocol of the request',
    },
  );
}

type WireIssue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** Of a union the branch that came furthest says best what is wrong. */
function innermost(issue: z.core.$ZodIssue | undefined): WireIssue {
  if (issue === undefined) return { path: [], message: 'it has another shape' };
  if (issue.code !== 'invalid_union') return issue;
  const firsts = issue.errors.flatMap(([first]) => first ?? []);
  const wanted = firsts.flatMap((first) => (first.code === 'invalid_type' ? [first.expected] : []));
  const message = wanted.length === 0 ? issue.message : `expected ${wanted.join(' or ')}`;
  const deepest = firsts
    .map(innermost)
    .reduce<WireIssue>((best, one) => (one.path.length > best.path.length ? one : best), {
      path: [],
      message,
    });
  return { path: [...issue.path, ...deepest.path], message: deepest.message };
}

function valueAt(body: WireObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = body;
  for (const step of path) value = Object(value)[step];
  return value;
}

/** ` ("video_url")`: what stood there, where it is short. */
function describeValue(value: unknown): string {
  return typeof value === 'string' && value.length <= 40 ? ` ("${value}")` : '';
}
