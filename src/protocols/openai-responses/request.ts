/** What of an `openai-responses` body is the protocol's own: how reasoning is asked for, how an answer is continued. */

import type { WireBody } from '../../model/request.ts';
import type { WireObject } from '../is-record.ts';
import type { ReadBody } from '../protocol.ts';
import { type BodyForm, readBody } from '../read-body.ts';
import { boundFields, boundWords, findBound } from './bound.ts';
import { continueResponses, findResponsesObstacle } from './continue.ts';
import { responsesPictures } from './pictures.ts';

const form: BodyForm = {
  reasoningFields: ['reasoning'],
  isNoReasoning: (value) => value === 'null' || value.includes('"effort":"none"'),
  bound: { fields: boundFields, words: boundWords, find: findBound },
  findObstacle: findResponsesObstacle,
  continueBody: continueResponses,
  conversation: 'input',
  isToolResult,
  pictures: responsesPictures,
};

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readResponsesBody(body: WireBody): ReadBody {
  return readBody(body, form);
}

/** `function_call_output`, `custom_tool_call_output` and their like. */
function isToolResult({ type }: WireObject): boolean {
  return typeof type === 'string' && type.endsWith('_call_output');
}
