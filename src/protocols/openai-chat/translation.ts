/** The `openai-chat` side of the translate leg. Loaded when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { encodeChatRequest, findChatCallObstacle } from './outbound.ts';
import { chatReading } from './reading.ts';
import { decodeChatRequest } from './translate-in.ts';
import { ChatAnswerWriter, encodeChatAnswer } from './translate-out.ts';

export const chatTranslation: Translation = {
  decodeRequest: decodeChatRequest,
  repeats: ['stream_options'],
  createAnswerWriter: (facts) => new ChatAnswerWriter(facts),
  encodeAnswer: encodeChatAnswer,
  findObstacle: findChatCallObstacle,
  encodeRequest: encodeChatRequest,
  ...chatReading,
};
