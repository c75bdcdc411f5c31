/**
 * Writes the request for the rest of a broken answer, and finds why that is impossible (after step
 * 6 of a request).
 */

import { appendAnswer, goOnInstruction, withRestOfTokens } from '../contract/continuation.ts';
import type { Continuation } from '../contract/protocol.ts';
import { isRecord, listIn, type WireObject } from '../json/is-record.ts';

/** Says why no target could continue an answer to this request; undefined if one could. */
export function findMessagesObstacle(body: WireObject): string | undefined {
  const config = body['output_config'];
  const format = (isRecord(config) ? config['format'] : undefined) ?? body['output_format'];
  return isRecord(format) ? 'a strict output format' : undefined;
}

/** Returns a new body; the given one is not changed. */
export function continueMessages(
  body: WireObject,
  { way, delivered, shownText }: Continuation,
): WireObject {
  if (way === 'afresh') return body;
  const isPrefill = way === 'prefill';
  const { thinking: _, ...others } = body;
  // The vendor refuses new reasoning together with a partial answer.
  const plain: WireObject = isPrefill ? others : body;
  const partial = appendAnswer(
    listIn(body['messages']),
    { role: 'assistant', content: shownText },
    (last) => ({ ...last, content: appendText(last['content'], shownText) }),
  );
  const messages = isPrefill ? partial : [...partial, { role: 'user', content: goOnInstruction }];
  // Reasoning needs extra room under the limit.
  const limits = plain['thinking'] === undefined ? ['max_tokens'] : [];
  return { ...withRestOfTokens(plain, limits, delivered.textEvents), messages };
}

function appendText(content: unknown, text: string): unknown {
  if (typeof content === 'string') return content + text;
  const blocks = listIn(content);
  const last = blocks.at(-1);
  if (!isRecord(last) || typeof last['text'] !== 'string')
    return [...blocks, { type: 'text', text }];
  return [...blocks.slice(0, -1), { ...last, text: last['text'] + text }];
}
