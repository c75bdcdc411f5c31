/** What of an `anthropic-messages` body is the protocol's own: its messages, how reasoning is asked for, how an answer is continued. */

import type { WireBody } from '../../model/request.ts';
import { recordsIn, type WireObject } from '../is-record.ts';
import type { ReadBody } from '../protocol.ts';
import { type BodyForm, readBody } from '../read-body.ts';
import { boundFields, boundWords, findBound } from './bound.ts';
import { continueMessages, findMessagesObstacle } from './continue.ts';
import { messagesPictures } from './pictures.ts';

const form: BodyForm = {
  required: {
    field: 'messages',
    howToFix: 'send {"model": "...", "max_tokens": 1024, "messages": [{"role": "user", "content": "..."}]}',
  },
  reasoningFields: ['thinking'],
  isNoReasoning: (value) => value === 'null' || value.includes('"type":"disabled"'),
  bound: { fields: boundFields, words: boundWords, find: findBound },
  findObstacle: findMessagesObstacle,
  continueBody: continueMessages,
  conversation: 'messages',
  isToolResult,
  pictures: messagesPictures,
};

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readMessagesBody(body: WireBody): ReadBody {
  return readBody(body, form);
}

/** A result is a block in a message of the user's; text may stand beside it. */
function isToolResult({ content }: WireObject): boolean {
  return recordsIn(content).some(({ type }) => type === 'tool_result');
}
