/** The `openai-responses` wire format as the engine uses it. */

import { encodeOpenaiError } from '../openai-error.ts';
import { type Protocol, usualHeaders } from '../protocol.ts';
import { describeResponsesOverflow, encodeResponsesStreamError, frameResponsesRefusal } from './errors.ts';
import { readResponsesBody } from './request.ts';
import { ResponsesSplicer } from './splice.ts';
import { responsesTranslation } from './translation.ts';
import { judgeResponsesAnswer, watchResponsesStream } from './watch.ts';

export const openaiResponses: Protocol = {
  name: 'openai-responses',
  pathFor: (operation) => (operation === 'generate' ? '/responses' : undefined),
  readBody: readResponsesBody,
  requestHeaders: [...usualHeaders, 'idempotency-key', 'openai-beta'],
  createStreamWatch: watchResponsesStream,
  createSplicer: (before, filter) => new ResponsesSplicer(before, filter),
  judgeAnswer: judgeResponsesAnswer,
  describeOverflow: describeResponsesOverflow,
  encodeError: encodeOpenaiError,
  encodeStreamError: encodeResponsesStreamError,
  frameRefusal: frameResponsesRefusal,
  translation: responsesTranslation,
  // The last event of a stream says how the answer ended: only the provider can.
  terminalMarker: '',
};
