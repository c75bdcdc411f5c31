/** What of a `google-generate-content` body is the protocol's own: its contents, how reasoning is asked for, how an answer is continued. */

import type { NamedInPath, Operation } from '../../model/protocol.ts';
import type { WireBody } from '../../model/request.ts';
import { isRecord, type WireObject } from '../is-record.ts';
import type { ReadBody } from '../protocol.ts';
import { type BodyForm, readBody } from '../read-body.ts';
import { boundFields, boundWords, findBound } from './bound.ts';
import { continueGoogle, findGoogleObstacle } from './continue.ts';
import { partsIn } from './parts.ts';
import { googlePictures } from './pictures.ts';

const form: BodyForm = {
  reasoningFields: ['generationConfig', 'generation_config'],
  speaksOfReasoning: (value) => /"thinking_?config":/i.test(value),
  isNoReasoning: (value) => /"thinking_?budget":0\b/i.test(value),
  choicesField: 'generationConfig',
  bound: { fields: boundFields, words: boundWords, find: findBound },
  findObstacle: findGoogleObstacle,
  continueBody: continueGoogle,
  conversation: 'contents',
  isToolResult,
  pictures: googlePictures,
};

const generateForm: BodyForm = {
  ...form,
  required: {
    field: 'contents',
    howToFix: 'send {"contents": [{"role": "user", "parts": [{"text": "..."}]}]}',
  },
};

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readGoogleBody(body: WireBody, operation: Operation, named?: NamedInPath): ReadBody {
  return readBody(body, operation === 'generate' ? generateForm : form, named);
}

function isToolResult(last: WireObject): boolean {
  return partsIn(last).some((part) => isRecord(part['functionResponse']));
}
