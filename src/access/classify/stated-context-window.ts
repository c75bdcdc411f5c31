/**
 * Reads how many tokens fit from the refusal itself (class `context-overflow`), at step 5 of a
 * request.
 */

import type { Failure } from '../../model/failure.ts';
import { findLimit } from '../../protocols/content/overflow.ts';
import { saidBy } from './kept-words.ts';

/** llama.cpp names it in a field. */
const field = /"n_ctx": ?(\d+)/;

/** Returns undefined if the refusal names no number, or is not about the context window. */
export function findStatedContextWindow(failure: Failure): number | undefined {
  if (failure.class !== 'context-overflow') return undefined;
  const text = `${saidBy(failure)}\n${failure.answer?.body ?? ''}`; // a sentence that begins with "<" is no message for people
  const tokens = findLimit(text) ?? Number(field.exec(text)?.[1]);
  return tokens > 0 ? tokens : undefined;
}
