/**
 * Judges a whole `anthropic-messages` answer: it must parse completely and have the requested
 * content.
 */

import type { Operation } from '../../model/protocol.ts';
import { lacksField, wrongType } from '../content/content-shape.ts';
import { saysFault, saysVendorFault } from '../content/says-fault.ts';
import type { BodyVerdict } from '../contract/protocol.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { judgeFinish } from '../translation/finish.ts';
import { readUsage } from '../translation/usage.ts';
import { namesOfMessage } from './bound.ts';
import { isContent } from './content-shape.ts';
import { countMessageTokens } from './usage.ts';

export function judgeMessagesAnswer(body: WireObject, operation: Operation): BodyVerdict {
  if (isErrorBody(body)) return { kind: 'error' };
  const { content, usage } = body;
  if (operation === 'count-tokens') return judgeCount(body);
  if (operation !== 'generate' || !Array.isArray(content)) return lacksField('content');
  if (!isContent(content)) return wrongType;
  return {
    kind: 'answer',
    usage: readUsage(usage, countMessageTokens),
    isEmpty: !content.some(saysSomething),
    finish: judgeFinish(body['stop_reason']),
    body,
    made: namesOfMessage(body),
  };
}

function judgeCount(body: WireObject): BodyVerdict {
  return typeof body['input_tokens'] === 'number'
    ? { kind: 'answer', usage: undefined, isEmpty: false, body }
    : lacksField('input_tokens');
}

export function isErrorBody(body: WireObject): boolean {
  return body['type'] === 'error' || saysFault(body['error']) || saysVendorFault(body['base_resp']);
}

function saysSomething(block: unknown): boolean {
  if (!isRecord(block)) return false;
  if (block['type'] === 'text') return block['text'] !== '';
  if (block['type'] === 'thinking') return block['thinking'] !== '';
  return true;
}
