/** The `anthropic-messages` side of the translate leg. Loaded when a request is first translated. */

import type { Translation } from '../neutral.ts';
import { encodeMessagesRequest, findMessagesCallObstacle } from './outbound.ts';
import { messagesReading } from './reading.ts';
import { decodeMessagesRequest } from './translate-in.ts';
import { encodeMessagesAnswer, MessagesAnswerWriter } from './translate-out.ts';

export const messagesTranslation: Translation = {
  decodeRequest: decodeMessagesRequest,
  repeats: [],
  createAnswerWriter: (facts) => new MessagesAnswerWriter(facts),
  encodeAnswer: encodeMessagesAnswer,
  findObstacle: findMessagesCallObstacle,
  encodeRequest: encodeMessagesRequest,
  ...messagesReading,
};
