/** How an answer in `openai-responses` is read, relayed or translated. */

import type { AnswerReading } from '../neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { ResponsesAnswerDecoder, toEvents } from './answer-in.ts';

export const responsesReading: AnswerReading = {
  createAnswerDecoder: () => new ResponsesAnswerDecoder(),
  decodeAnswer: (body) => readAtOnce(new ResponsesAnswerDecoder(), toEvents(body)),
};
