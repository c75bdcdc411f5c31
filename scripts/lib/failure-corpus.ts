/**
 * Reads the corpus of failures, `test/fixtures/failures/<provider>/<case>.json` with the streams
 * beside them, for the tests of the classifier and for `npm run docs`, which makes its index.
 * docs/fixtures.md describes the format.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createFailure } from '../../src/access/classify/kept-failure.ts';
import { judgeStream } from '../../src/diagnostics/judge-response.ts';
import type { Advice, CandidateField } from '../../src/failures/row.ts';

const folder = fileURLToPath(new URL('../../test/fixtures/failures', import.meta.url));

/** Every case counts as received at this moment; reset times count from here. */
export const receivedAt = '2026-11-21T12:00:00Z';

/**
 * Where a case was seen: `[D] https://…` vendor documentation, `[S]` public source, `[I]` an issue,
 * `[3]` a third party, `[R]` recorded from the server itself, `n/v` not verified.
 */
export const sourceMark = /^(\[(D|S|I|3|R)\] \S|n\/v\b)/;

const adviceNames = [
  'retry',
  'wait',
  'recheck-key',
  'other-key',
  'other-account',
  'other-target',
  'larger-window',
  'change-request',
  'stop',
] as const satisfies readonly Advice[];

const scopeFields = [
  'origin',
  'account',
  'fingerprint',
  'model',
] as const satisfies readonly CandidateField[];

const headersSchema = z.record(z.string().regex(/^[a-z0-9_-]+$/), z.string());

const responseSchema = z.union([
  z.strictObject({
    status: z.int().min(200).max(599),
    headers: headersSchema,
    body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  }),
  /** The name of a file beside the case's own. */
  z.strictObject({ status: z.literal(200), headers: headersSchema, stream: z.string() }),
]);

const caseSchema = z.strictObject({
  provider: z.string(),
  case: z.string(),
  source: z
    .string()
    .regex(sourceMark, 'begins with [D], [S], [I], [3] or [R] and where it was seen, or with n/v'),
  /** For a stream: the protocol of its events. */
  protocol: z.string().optional(),
  response: responseSchema,
  expect: z.strictObject({
    /** For a key that has never worked. Null: the answer is no failure. */
    class: z.string().nullable(),
    /** The scope of the mark; empty: nothing is marked. */
    scope: z.array(z.enum(scopeFields)).default([]),
    /** Null if there is no failure. */
    advice: z.enum(adviceNames).nullable().default(null),
    /** When to retry, counted from `receivedAt`; absent: the provider does not say. */
    retryAfterMs: z.int().positive().optional(),
    /** For a stream: content was delivered before. */
    afterContent: z.boolean().optional(),
    note: z.string().optional(),
  }),
});

/** One answer in the form that the classifier takes. */
export interface RecordedAnswer {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CorpusCase extends z.infer<typeof caseSchema> {
  /** `openai/rate-limit-tokens`. */
  readonly id: string;
  /** The body or the stream, unchanged. */
  readonly text: string;
  /**
   * The error answer: the whole of it, or the error event of a stream; undefined for a stream
   * without one.
   */
  readonly answer: RecordedAnswer | undefined;
}

/** A fixture or a row that is invalid; the message names it, its file, and the fault. */
export class CorpusError extends Error {}

/** Describes what is wrong with the file of a case. */
export function describeFixture(id: string, problem: string): string {
  return `test/fixtures/failures/${id}.json: ${problem} (docs/fixtures.md has the form)`;
}

/**
 * Returns all cases, in the order of their ids. Throws a `CorpusError` for a file in another
 * format.
 */
export function readCases(): readonly CorpusCase[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => readCase(path, readFileSync(join(folder, path), 'utf8')));
}

/** Parses the text of one file; `path` is relative to the folder of fixtures. */
export function readCase(path: string, json: string): CorpusCase {
  const id = path.slice(0, -'.json'.length);
  const found = parseCase(id, json);
  const { provider, response } = found;
  if (`${provider}/${found.case}` !== id)
    throw new CorpusError(
      describeFixture(id, `its fields say ${provider}/${found.case}, so it belongs elsewhere`),
    );
  const { status, headers } = response;
  const text = 'stream' in response ? readStream(path, response.stream) : textOf(response.body);
  const body = 'stream' in response ? findError(text) : text;
  const answer = body === undefined ? undefined : { provider, status, headers, body };
  return { ...found, id, text, answer };
}

/** Returns the error among the events of a stream; undefined if there is none. */
function findError(stream: string): string | undefined {
  let found: string | undefined;
  judgeStream(stream, (body) => {
    found = body;
    return createFailure('unknown', 'not-classified', '');
  });
  return found;
}

function parseCase(id: string, json: string): z.infer<typeof caseSchema> {
  const { data, error } = caseSchema.safeParse(parseJson(id, json));
  if (data !== undefined) return data;
  const problems = error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  );
  throw new CorpusError(describeFixture(id, problems.join('; ')));
}

function parseJson(id: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CorpusError(describeFixture(id, String(error)), { cause: error });
  }
}

function readStream(path: string, name: string): string {
  return readFileSync(join(folder, dirname(path), name), 'utf8');
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
