/** The `google-generate-content` side of the translate leg. */

import type { Translation } from '../neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { GoogleAnswerDecoder } from './answer-in.ts';
import { encodeGoogleRequest, findGoogleCallObstacle } from './outbound.ts';
import { decodeGoogleRequest } from './translate-in.ts';
import { encodeGoogleAnswer, GoogleAnswerWriter } from './translate-out.ts';

export const googleTranslation: Translation = {
  decodeRequest: decodeGoogleRequest,
  repeats: [],
  createAnswerWriter: (facts) => new GoogleAnswerWriter(facts),
  encodeAnswer: encodeGoogleAnswer,
  findObstacle: findGoogleCallObstacle,
  encodeRequest: encodeGoogleRequest,
  createAnswerDecoder: () => new GoogleAnswerDecoder(),
  decodeAnswer: (body) => readAtOnce(new GoogleAnswerDecoder(), [body]),
};
