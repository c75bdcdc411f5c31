/** The `openai-responses` side of the translate leg. */

import type { Translation } from '../neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { ResponsesAnswerDecoder, toEvents } from './answer-in.ts';
import { encodeResponsesRequest, findResponsesCallObstacle } from './outbound.ts';
import { decodeResponsesRequest } from './translate-in.ts';
import { encodeResponsesAnswer, ResponsesAnswerWriter, repeatedSettings } from './translate-out.ts';

export const responsesTranslation: Translation = {
  decodeRequest: decodeResponsesRequest,
  repeats: repeatedSettings,
  createAnswerWriter: (facts) => new ResponsesAnswerWriter(facts),
  encodeAnswer: encodeResponsesAnswer,
  findObstacle: findResponsesCallObstacle,
  encodeRequest: encodeResponsesRequest,
  createAnswerDecoder: () => new ResponsesAnswerDecoder(),
  decodeAnswer: (body) => readAtOnce(new ResponsesAnswerDecoder(), toEvents(body)),
};
