/** What of an `openai-responses` body is the protocol's own: how reasoning is asked for, how an answer is continued. */

import type { ReadBody } from '../protocol.ts';
import { type BodyForm, readBody } from '../read-body.ts';
import { continueResponses, findResponsesObstacle } from './continue.ts';

const form: BodyForm = {
  reasoningFields: ['reasoning'],
  isNoReasoning: (value) => value === 'null' || value.includes('"effort":"none"'),
  findObstacle: findResponsesObstacle,
  continueBody: continueResponses,
};

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readResponsesBody(body: Buffer): ReadBody {
  return readBody(body, form);
}
