/**
 * Writes the request for the rest of a broken answer, and finds why that is impossible (after step
 * 6 of a request).
 */

import type { Target } from '../../model/target.ts';
import {
  appendAnswer,
  goOnInstruction,
  markPrefill,
  withRestOfTokens,
} from '../contract/continuation.ts';
import type { Continuation } from '../contract/protocol.ts';
import { isRecord, listIn, type WireObject } from '../json/is-record.ts';

/** Fields by which clients and servers of this protocol ask for a strict format. */
const formatFields = [
  'guided_json',
  'guided_regex',
  'guided_choice',
  'guided_grammar',
  'structured_outputs',
  'json_schema',
  'grammar',
];

/** Says why no target could continue an answer to this request; undefined if one could. */
export function findChatObstacle(body: WireObject): string | undefined {
  if (asksFormat(body)) return 'a strict output format';
  if (typeof body['n'] === 'number' && body['n'] > 1) return 'several answers at once';
  if (body['logprobs'] === true || isGiven(body['top_logprobs'])) return 'log probabilities';
  if (isGiven(body['audio']) || listIn(body['modalities']).includes('audio')) return 'audio';
  return undefined;
}

/** Returns a new body; the given one is not changed. */
export function continueChat(
  body: WireObject,
  continuation: Continuation,
  target: Target,
): WireObject {
  const { way, delivered, shownText } = continuation;
  if (way === 'afresh') return body;
  const answer = { role: 'assistant', content: shownText };
  const messages = appendAnswer(listIn(body['messages']), answer, (last) =>
    typeof last['content'] === 'string'
      ? { ...last, content: last['content'] + shownText }
      : undefined,
  );
  return {
    ...withRestOfTokens(body, ['max_tokens', 'max_completion_tokens'], delivered.textEvents),
    messages:
      way === 'prefill'
        ? markPrefill(messages, target.prefill?.messageField)
        : [...messages, { role: 'user', content: goOnInstruction }],
  };
}

function asksFormat(body: WireObject): boolean {
  const format = body['response_format'];
  if (isRecord(format) && format['type'] !== 'text') return true;
  return formatFields.some((field) => isGiven(body[field]));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
