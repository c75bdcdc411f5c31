/**
 * Reads how many tokens fit from the refusal itself (class `context-overflow`), at step 5 of a
 * request.
 */

import type { Failure } from '../../model/failure.ts';
import { saidBy } from './kept-words.ts';

/** The only group is the number; the first match counts. */
const patterns: readonly RegExp[] = [
  /maximum (?:context|prompt) length (?:is|of) (\d[\d,]*)/i,
  /too large for model with (\d[\d,]*) maximum context length/i,
  /context (?:length|size|window) \((\d[\d,]*) tokens\)/i,
  /(?:tokens|context limit: [\d,]+ \+ [\d,]+) > (\d[\d,]*)/i,
  /maximum number of tokens allowed \((\d[\d,]*)\)/i,
  /range of input length should be \[\d+, ?(\d[\d,]*)\]/i,
  /model token limit: (\d[\d,]*)/i,
  /max input tokens=(\d[\d,]*)/i,
];

/** llama.cpp names it in a field. */
const field = /"n_ctx": ?(\d+)/;

/** Returns undefined if the refusal names no number, or is not about the context window. */
export function findStatedContextWindow(failure: Failure): number | undefined {
  if (failure.class !== 'context-overflow') return undefined;
  const text = `${saidBy(failure)}\n${failure.answer?.body ?? ''}`; // a sentence that begins with "<" is no message for people
  const said = [...patterns, field]
    .map((pattern) => pattern.exec(text)?.[1])
    .find((one) => one !== undefined);
  const tokens = Number(said?.replaceAll(',', ''));
  return Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined;
}
