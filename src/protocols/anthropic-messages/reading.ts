/** How an answer in `anthropic-messages` is read, relayed or translated. */

import type { AnswerReading } from '../neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { MessagesAnswerDecoder, toEvents } from './answer-in.ts';

export const messagesReading: AnswerReading = {
  createAnswerDecoder: (hints) => new MessagesAnswerDecoder(hints),
  decodeAnswer: (body, hints) => readAtOnce(new MessagesAnswerDecoder(hints), toEvents(body)),
};
