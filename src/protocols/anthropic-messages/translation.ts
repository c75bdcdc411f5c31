/** The `anthropic-messages` side of the translate leg. */

import type { Translation } from '../neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { MessagesAnswerDecoder, toEvents } from './answer-in.ts';
import { encodeMessagesRequest, findMessagesCallObstacle } from './outbound.ts';
import { decodeMessagesRequest } from './translate-in.ts';
import { encodeMessagesAnswer, MessagesAnswerWriter } from './translate-out.ts';

export const messagesTranslation: Translation = {
  decodeRequest: decodeMessagesRequest,
  repeats: [],
  createAnswerWriter: (facts) => new MessagesAnswerWriter(facts),
  encodeAnswer: encodeMessagesAnswer,
  findObstacle: findMessagesCallObstacle,
  encodeRequest: encodeMessagesRequest,
  createAnswerDecoder: (hints) => new MessagesAnswerDecoder(hints),
  decodeAnswer: (body, hints) => readAtOnce(new MessagesAnswerDecoder(hints), toEvents(body)),
};
