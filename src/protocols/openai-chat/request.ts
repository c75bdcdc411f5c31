/** What of an `openai-chat` body is the protocol's own: its messages, how reasoning is asked for, how an answer is continued. */

import type { Operation } from '../../model/protocol.ts';
import type { WireBody } from '../../model/request.ts';
import type { WireObject } from '../is-record.ts';
import type { ReadBody } from '../protocol.ts';
import { type BodyForm, readBody } from '../read-body.ts';
import { boundWords, findBound } from './bound.ts';
import { continueChat, findChatObstacle } from './continue.ts';
import { chatPictures } from './pictures.ts';

const noReasoning = new Set(['"none"', '"off"', '"disabled"', 'false', 'null', '{"type":"disabled"}']);

const embedForm: BodyForm = {
  reasoningFields: ['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking'],
  isNoReasoning: (value) => noReasoning.has(value),
  choicesField: 'n',
  bound: { fields: [], words: boundWords, find: findBound },
  findObstacle: findChatObstacle,
  continueBody: continueChat,
  conversation: 'messages',
  isToolResult,
};

const generateForm: BodyForm = {
  ...embedForm,
  pictures: chatPictures,
  required: {
    field: 'messages',
    howToFix: 'send {"model": "...", "messages": [{"role": "user", "content": "..."}]}',
  },
};

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readChatBody(body: WireBody, operation: Operation): ReadBody {
  return readBody(body, operation === 'generate' ? generateForm : embedForm);
}

function isToolResult({ role }: WireObject): boolean {
  return role === 'tool';
}
