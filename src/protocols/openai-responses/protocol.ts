/** The `openai-responses` wire format as the engine uses it. */

import { type BodyForm, createBodyReader } from '../body/read-body.ts';
import { type Protocol, usualHeaders } from '../contract/protocol.ts';
import { openaiOverflowSign, toOpenaiErrorBody } from '../openai/openai-error.ts';
import { encodeOpenaiModel, encodeOpenaiModels } from '../openai/openai-models.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { responsesAnswerFields } from './answer-body-in.ts';
import { ResponsesAnswerDecoder, toEvents } from './answer-in.ts';
import { bound } from './bound.ts';
import { continueResponses, findResponsesObstacle } from './continue.ts';
import { responsesEdits } from './edits.ts';
import {
  describeResponsesOverflow,
  encodeResponsesStreamError,
  frameResponsesRefusal,
} from './errors.ts';
import { encodeResponsesRequest, findResponsesCallObstacle } from './outbound.ts';
import { responsesPictures } from './pictures.ts';
import { ResponsesSplicer } from './splice.ts';
import { tellWholeResponse } from './tell-whole.ts';
import { decodeResponsesRequest } from './translate-in.ts';
import { encodeResponsesAnswer, ResponsesAnswerWriter, repeatedSettings } from './translate-out.ts';
import { judgeResponsesAnswer, ResponsesWatch } from './watch.ts';

const form: BodyForm = {
  reasoningFields: ['reasoning'],
  isNoReasoning: (value) => value === 'null' || value.includes('"effort":"none"'),
  bound,
  findObstacle: findResponsesObstacle,
  continueBody: continueResponses,
  editing: responsesEdits,
  pictures: responsesPictures,
};

export const openaiResponses: Protocol = {
  name: 'openai-responses',
  paths: { generate: '/responses' },
  readBody: createBodyReader(form),
  bodyEditing: responsesEdits,
  requestHeaders: [...usualHeaders, 'idempotency-key', 'openai-beta'],
  wordFields: ['delta', 'text', 'refusal', 'arguments'],
  StreamWatch: ResponsesWatch,
  Splicer: ResponsesSplicer,
  judgeAnswer: judgeResponsesAnswer,
  modelsPath: '/models',
  askShortly: (content, model) => ({
    body: { model, input: [{ role: 'user', content }], max_output_tokens: 16 },
  }),
  encodeModels: encodeOpenaiModels,
  encodeModel: encodeOpenaiModel,
  hasCompactions: true,
  answersLater: true,
  describeOverflow: describeResponsesOverflow,
  overflowSign: openaiOverflowSign,
  toErrorBody: toOpenaiErrorBody,
  encodeStreamError: encodeResponsesStreamError,
  frameError: frameResponsesRefusal,
  tellWhole: tellWholeResponse,
  translation: {
    decodeRequest: decodeResponsesRequest,
    repeats: repeatedSettings,
    AnswerWriter: ResponsesAnswerWriter,
    encodeAnswer: encodeResponsesAnswer,
    findObstacle: findResponsesCallObstacle,
    encodeRequest: encodeResponsesRequest,
    AnswerDecoder: ResponsesAnswerDecoder,
    answerFields: responsesAnswerFields,
    decodeAnswer: (body) => readAtOnce(new ResponsesAnswerDecoder(), toEvents(body)),
  },
  // The last event of a stream says how the answer ended: only the provider can.
  terminalMarker: '',
};
