/** The `openai-responses` side of the translate leg. Loaded, with its package, when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { createResponsesModel, findResponsesCallObstacle, prepareResponsesCall } from './outbound.ts';
import { decodeResponsesRequest } from './translate-in.ts';
import { encodeResponsesAnswer, ResponsesAnswerWriter } from './translate-out.ts';

export const responsesTranslation: Translation = {
  decodeRequest: decodeResponsesRequest,
  createAnswerWriter: (facts) => new ResponsesAnswerWriter(facts),
  encodeAnswer: encodeResponsesAnswer,
  findObstacle: findResponsesCallObstacle,
  prepareCall: prepareResponsesCall,
  createModel: createResponsesModel,
  idleEvent: { type: 'response.in_progress' },
};
