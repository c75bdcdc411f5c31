/**
 * Parses queries of the admin API. Strict: an unknown name or an invalid value is one clear error.
 */

import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { RequestError } from '../../errors.ts';

/** A page has at most this many; use `until` to get the next one. */
const mostRecords = 1000;
const usualRecords = 50;

/** A row of series sums up this many minutes or hours at most. */
const mostSteps = 1440;

/** Accepts epoch ms or an ISO 8601 date. */
const time = z.string().transform((text, context) => {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(at)) return at;
  context.addIssue('a time is epoch milliseconds, or like 2026-11-22T14:03:00Z');
  return z.NEVER;
});

const recordQuery = z.strictObject({
  id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(mostRecords).default(usualRecords),
  since: time.optional(),
  until: time.optional(),
  endedSince: time.optional(),
  endedUntil: time.optional(),
  target: z.string().optional(),
  task: z.string().optional(),
  caller: z.string().optional(),
  session: z.string().optional(),
  agent: z.string().optional(),
  kind: z.enum(['plain', 'rescued', 'failed', 'other']).optional(),
});

const usageQuery = recordQuery.pick({ since: true, until: true, task: true, caller: true });

const logQuery = recordQuery.pick({ since: true, task: true, limit: true }).extend({
  request: z.string().optional(),
  errors: z.stringbool().optional(),
});

const seriesQuery = recordQuery.pick({ since: true, until: true, caller: true }).extend({
  step: z.enum(['minute', 'hour']).default('minute'),
  per: z.coerce.number().int().min(1).max(mostSteps).default(1),
});

export const queries = {
  records: recordQuery,
  usage: usageQuery,
  series: seriesQuery,
  logs: logQuery,
};

/** Bodies of POST; each may be empty. */
export const orders = {
  reset: z.strictObject({
    name: z.string().min(1).optional(),
    dryRun: z.boolean().optional(),
  }),
  test: z.strictObject({ name: z.string().min(1).optional() }),
  link: z.strictObject({ seconds: z.int().min(1).max(600).default(60) }),
};

/** A longer body is not a valid order. */
const orderBytes = 16 * 1024;

/** Parses the body of a change. Rejects with `RequestError`. */
export async function readOrder<Schema extends z.ZodObject>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const names = Object.keys(schema.shape).join(', ');
  const fix = `send a JSON object with nothing but ${names}, or nothing`;
  const parsed = schema.safeParse(parsePosted(await readSmallBody(request, fix)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`the body cannot be used: ${issue?.message ?? 'it is invalid'}`, fix);
}

/** Rejects with `RequestError` for a body that is larger than any order. */
export async function readSmallBody(request: IncomingMessage, fix: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > orderBytes) throw wrong('the body is larger than 16 kB', fix);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsePosted(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema reports what is wrong
  }
}

/** Leaves out parameters that are not given. Throws `RequestError`. */
export function parseQuery<Schema extends z.ZodObject>(
  schema: Schema,
  query: string,
): z.infer<Schema> {
  const given = [...new URLSearchParams(query)].filter(([name]) => name !== 'key');
  const names = Object.keys(schema.shape);
  for (const [index, [name]] of given.entries()) {
    if (!names.includes(name)) throw unknownQueryValue(name, names);
    if (given.findIndex(([other]) => other === name) !== index)
      throw wrong(`the query names ${name} more than once`, 'name it once');
  }
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? 'query');
  throw wrong(
    `${name} in the query cannot be used: ${issue?.message ?? 'it is invalid'}`,
    `correct ${name}`,
  );
}

function unknownQueryValue(name: string, names: readonly string[]): RequestError {
  return wrong(
    `the query has an unknown name: ${name}`,
    askWhetherMeant(name, names) ?? `use ${names.join(', ')}`,
  );
}

function wrong(message: string, fix: string): RequestError {
  return new RequestError('request-invalid', message, { fix });
}
