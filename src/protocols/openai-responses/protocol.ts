/** The `openai-responses` wire format as the engine uses it. */

import type { Protocol } from '../protocol.ts';
import {
  describeResponsesOverflow,
  encodeResponsesError,
  encodeResponsesStreamError,
  frameResponsesRefusal,
} from './errors.ts';
import { readResponsesBody } from './request.ts';
import { ResponsesSplicer } from './splice.ts';
import { judgeResponsesBody, ResponsesStreamWatch } from './watch.ts';

export const openaiResponses: Protocol = {
  name: 'openai-responses',
  pathFor: (operation) => (operation === 'generate' ? '/responses' : undefined),
  readBody: readResponsesBody,
  requestHeaders: ['accept', 'content-type', 'idempotency-key', 'openai-beta', 'user-agent'],
  createStreamWatch: (options) => new ResponsesStreamWatch(options),
  createSplicer: (before, filter) => new ResponsesSplicer(before, filter),
  judgeBody: judgeResponsesBody,
  describeOverflow: describeResponsesOverflow,
  encodeError: encodeResponsesError,
  encodeStreamError: encodeResponsesStreamError,
  frameRefusal: frameResponsesRefusal,
  loadTranslation: async () => (await import('./translation.ts')).responsesTranslation,
  // The last event of a stream says how the answer ended: only the provider can.
  terminalMarker: '',
};
