/** The `openai-chat` side of the translate leg. Loaded, with its package, when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { createChatModel, findChatCallObstacle, prepareChatCall } from './outbound.ts';
import { RefusalReader } from './refusals.ts';
import { decodeChatRequest } from './translate-in.ts';
import { ChatAnswerWriter, encodeChatAnswer } from './translate-out.ts';

export const chatTranslation: Translation = {
  decodeRequest: decodeChatRequest,
  createAnswerWriter: (facts) => new ChatAnswerWriter(facts),
  encodeAnswer: encodeChatAnswer,
  findObstacle: findChatCallObstacle,
  prepareCall: prepareChatCall,
  createModel: createChatModel,
  createAmender: () => new RefusalReader(),
  idleEvent: { choices: [] },
};
