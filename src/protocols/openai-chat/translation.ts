/** The `openai-chat` side of the translate leg. */

import type { Translation } from '../neutral.ts';
import { ChatAnswerDecoder, decodeChatAnswer } from './answer-in.ts';
import { encodeChatRequest, findChatCallObstacle } from './outbound.ts';
import { decodeChatRequest } from './translate-in.ts';
import { ChatAnswerWriter, encodeChatAnswer } from './translate-out.ts';

export const chatTranslation: Translation = {
  decodeRequest: decodeChatRequest,
  repeats: ['stream_options'],
  createAnswerWriter: (facts) => new ChatAnswerWriter(facts),
  encodeAnswer: encodeChatAnswer,
  findObstacle: findChatCallObstacle,
  encodeRequest: encodeChatRequest,
  createAnswerDecoder: () => new ChatAnswerDecoder(),
  decodeAnswer: decodeChatAnswer,
};
