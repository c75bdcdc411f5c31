/**
 * Reads the corpus of failures, `test/fixtures/failures/<provider>/<case>.json` with the streams beside them: for the
 * tests that hold the classifier against it, and for `npm run docs`, which makes its index. docs/corpus.md describes the form.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const folder = fileURLToPath(new URL('../../test/fixtures/failures', import.meta.url));

/** Every case counts as received at this moment: reset times are counted from here. */
export const receivedAt = '2026-11-21T12:00:00Z';

/** Where a case was seen: `[D] https://…` vendor documentation, `[S]` public source, `[I]` an issue, `[3]` a third party, `n/v` not verified. */
export const sourceMark = /^(\[(D|S|I|3)\] \S|n\/v\b)/;

const caseSchema = z.strictObject({
  provider: z.string(),
  case: z.string(),
  source: z.string().regex(sourceMark),
  response: z.strictObject({
    status: z.int().min(200).max(599),
    headers: z.record(z.string().regex(/^[a-z0-9_-]+$/), z.string()),
    body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  }),
  expect: z.strictObject({
    class: z.string(),
    retryAfterMs: z.int().positive().optional(),
    note: z.string().optional(),
  }),
});

/** One answer as the classifier is given it. */
export interface RecordedAnswer {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CorpusCase extends z.infer<typeof caseSchema> {
  /** `openai/rate-limit-tokens`. */
  readonly id: string;
  /** The error answers in it: one, or the error events of a stream. */
  readonly answers: readonly RecordedAnswer[];
}

/** All cases, in the order of their ids. Throws when a file has another form. */
export function readCases(): readonly CorpusCase[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map(readCase);
}

function readCase(path: string): CorpusCase {
  const found = caseSchema.parse(JSON.parse(readFileSync(join(folder, path), 'utf8')));
  const { provider, response } = found;
  const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body);
  const answers = [{ provider, status: response.status, headers: response.headers, body }];
  return { ...found, id: path.slice(0, -'.json'.length), answers };
}
