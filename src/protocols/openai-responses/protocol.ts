/** The `openai-responses` wire format as the engine uses it. */

import { judgeText } from '../json-body.ts';
import { loadOnce } from '../load-once.ts';
import type { Protocol } from '../protocol.ts';
import {
  describeResponsesOverflow,
  encodeResponsesError,
  encodeResponsesStreamError,
  frameResponsesRefusal,
} from './errors.ts';
import { readResponsesBody } from './request.ts';
import { ResponsesSplicer } from './splice.ts';
import { judgeResponsesAnswer, watchResponsesStream } from './watch.ts';

export const openaiResponses: Protocol = {
  name: 'openai-responses',
  pathFor: (operation) => (operation === 'generate' ? '/responses' : undefined),
  readBody: readResponsesBody,
  requestHeaders: [
    'accept',
    'content-type',
    'idempotency-key',
    'openai-beta',
    'traceparent',
    'tracestate',
    'user-agent',
  ],
  createStreamWatch: watchResponsesStream,
  createSplicer: (before, filter) => new ResponsesSplicer(before, filter),
  judgeBody: (text) => judgeText(text, judgeResponsesAnswer),
  judgeAnswer: judgeResponsesAnswer,
  describeOverflow: describeResponsesOverflow,
  encodeError: encodeResponsesError,
  encodeStreamError: encodeResponsesStreamError,
  frameRefusal: frameResponsesRefusal,
  loadTranslation: loadOnce(async () => (await import('./translation.ts')).responsesTranslation),
  // The last event of a stream says how the answer ended: only the provider can.
  terminalMarker: '',
};
