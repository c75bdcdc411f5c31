/**
 * Estimates the tokens of a `google-generate-content` request when no provider can be asked.
 * docs/wire-formats.md describes the counting.
 */

import { countCautiously } from '../content/count-text.ts';
import { isRecord } from '../json/is-record.ts';
import { parseBody } from '../json/parse-body.ts';

/**
 * Cost of an image, or of one tile of a large one: https://ai.google.dev/gemini-api/docs/tokens,
 * read 2026-11.
 */
const mediaTokens = 258;

/**
 * Returns the body of the answer. Throws `RequestError` (400) if the request is not a JSON object.
 */
export function estimateGoogleTokens(body: Buffer): string {
  const { generateContentRequest: inner, ...own } = parseBody(body);
  const { contents, systemInstruction, tools } = isRecord(inner) ? inner : own;
  const tokens = tokensOfPart([contents, systemInstruction, tools]);
  return JSON.stringify({ totalTokens: Math.max(1, Math.ceil(tokens)) });
}

/** Counts every text and name; bytes count by their kind. */
function tokensOfPart(value: unknown): number {
  if (typeof value === 'string') return countCautiously(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + tokensOfPart(one), 0);
  if (!isRecord(value)) return value === undefined ? 0 : 1;
  const { inlineData, ...rest } = value;
  const media = inlineData === undefined ? 0 : mediaTokens;
  return Object.values(rest).reduce<number>((sum, one) => sum + tokensOfPart(one), media);
}
