/** The `google-generate-content` side of the translate leg. Loaded when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { encodeGoogleRequest, findGoogleCallObstacle } from './outbound.ts';
import { googleReading } from './reading.ts';
import { decodeGoogleRequest } from './translate-in.ts';
import { encodeGoogleAnswer, GoogleAnswerWriter } from './translate-out.ts';

export const googleTranslation: Translation = {
  decodeRequest: decodeGoogleRequest,
  repeats: [],
  createAnswerWriter: (facts) => new GoogleAnswerWriter(facts),
  encodeAnswer: encodeGoogleAnswer,
  findObstacle: findGoogleCallObstacle,
  encodeRequest: encodeGoogleRequest,
  ...googleReading,
};
