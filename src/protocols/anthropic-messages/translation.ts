/** The `anthropic-messages` side of the translate leg. Loaded, with its package, when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { createMessagesModel, findMessagesCallObstacle, prepareMessagesCall } from './outbound.ts';
import { decodeMessagesRequest } from './translate-in.ts';
import { encodeMessagesAnswer, MessagesAnswerWriter } from './translate-out.ts';

export const messagesTranslation: Translation = {
  decodeRequest: decodeMessagesRequest,
  createAnswerWriter: (facts) => new MessagesAnswerWriter(facts),
  encodeAnswer: encodeMessagesAnswer,
  findObstacle: findMessagesCallObstacle,
  prepareCall: prepareMessagesCall,
  createModel: createMessagesModel,
  idleEvent: { type: 'ping' },
};
