/**
 * Writes the request for the rest of a broken answer, and finds why that is impossible (after step
 * 6 of a request).
 */

import type { Target } from '../../model/target.ts';
import { goOnInstruction, markPrefill, withRestOfTokens } from '../contract/continuation.ts';
import type { Continuation } from '../contract/protocol.ts';
import { isRecord, listIn, recordsIn, type WireObject } from '../json/is-record.ts';
import { isItemReference } from './bound.ts';

/** Says why no target could continue an answer to this request; undefined if one could. */
export function findResponsesObstacle(body: WireObject): string | undefined {
  if (asksFormat(body['text'])) return 'a strict output format';
  if (typeof body['top_logprobs'] === 'number' && body['top_logprobs'] > 0)
    return 'log probabilities';
  if (listIn(body['include']).includes('message.output_text.logprobs')) return 'log probabilities';
  if (body['background'] === true) return 'an answer in the background';
  return isKeptByProvider(body) ? 'a conversation that the provider keeps' : undefined;
}

/** Returns a new body; the given one is not changed. */
export function continueResponses(
  body: WireObject,
  continuation: Continuation,
  target: Target,
): WireObject {
  const { way, delivered, shownText } = continuation;
  if (way === 'afresh') return body;
  const partial = { type: 'message', role: 'assistant', content: shownText };
  const last =
    way === 'prefill'
      ? markPrefill([partial], target.prefill?.messageField)
      : [partial, { type: 'message', role: 'user', content: goOnInstruction }];
  return {
    ...withRestOfTokens(body, ['max_output_tokens'], delivered.textEvents),
    input: [...listInput(body['input']), ...last],
  };
}

function asksFormat(text: unknown): boolean {
  const format = isRecord(text) ? text['format'] : undefined;
  return isRecord(format) && format['type'] !== 'text';
}

/**
 * A stored answer cannot be continued: a later request would refer to it, and the provider does not
 * have the rest.
 */
function isKeptByProvider(body: WireObject): boolean {
  const { previous_response_id: previous, conversation, store, input } = body;
  const isKept = typeof previous === 'string' || (conversation ?? null) !== null || store === true;
  return isKept || recordsIn(input).some(isItemReference);
}

function listInput(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return listIn(input);
}
