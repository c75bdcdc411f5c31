/**
 * How many tokens a `google-generate-content` request has, when no provider can be asked.
 * docs/wire-formats.md says what is counted how.
 */

import { countCautiously } from '../content/count-text.ts';
import { isRecord } from '../json/is-record.ts';
import { parseBody } from '../json/parse-body.ts';

/**
 * A picture, or one of the tiles that a large one is cut into:
 * https://ai.google.dev/gemini-api/docs/tokens, read 2026-11.
 */
const mediaTokens = 258;

/** The body of the answer. Throws `RequestError` (400) for a request that is no JSON object. */
export function estimateGoogleTokens(body: Buffer): string {
  const { generateContentRequest: inner, ...own } = parseBody(body);
  const { contents, systemInstruction, tools } = isRecord(inner) ? inner : own;
  const tokens = tokensOfPart([contents, systemInstruction, tools]);
  return JSON.stringify({ totalTokens: Math.max(1, Math.ceil(tokens)) });
}

/** Every text and name counts; bytes count by their kind. */
function tokensOfPart(value: unknown): number {
  if (typeof value === 'string') return countCautiously(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + tokensOfPart(one), 0);
  if (!isRecord(value)) return value === undefined ? 0 : 1;
  const { inlineData, ...rest } = value;
  const media = inlineData === undefined ? 0 : mediaTokens;
  return Object.values(rest).reduce<number>((sum, one) => sum + tokensOfPart(one), media);
}
