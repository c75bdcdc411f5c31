/** The `openai-responses` side of the translate leg. Loaded when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { encodeResponsesRequest, findResponsesCallObstacle } from './outbound.ts';
import { responsesReading } from './reading.ts';
import { decodeResponsesRequest } from './translate-in.ts';
import { encodeResponsesAnswer, ResponsesAnswerWriter, repeatedSettings } from './translate-out.ts';

export const responsesTranslation: Translation = {
  decodeRequest: decodeResponsesRequest,
  repeats: repeatedSettings,
  createAnswerWriter: (facts) => new ResponsesAnswerWriter(facts),
  encodeAnswer: encodeResponsesAnswer,
  findObstacle: findResponsesCallObstacle,
  encodeRequest: encodeResponsesRequest,
  ...responsesReading,
};
