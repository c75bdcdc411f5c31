/** How an answer in `google-generate-content` is read, relayed or translated. */

import type { AnswerReading } from '../neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { GoogleAnswerDecoder } from './answer-in.ts';

export const googleReading: AnswerReading = {
  createAnswerDecoder: () => new GoogleAnswerDecoder(),
  decodeAnswer: (body) => readAtOnce(new GoogleAnswerDecoder(), [body]),
};
