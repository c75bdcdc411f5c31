/** How an answer in `openai-chat` is read, relayed or translated. */

import type { AnswerReading } from '../neutral.ts';
import { ChatAnswerDecoder, decodeChatAnswer } from './answer-in.ts';

export const chatReading: AnswerReading = {
  createAnswerDecoder: () => new ChatAnswerDecoder(),
  decodeAnswer: decodeChatAnswer,
};
