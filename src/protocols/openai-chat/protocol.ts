/** The `openai-chat` wire format as the engine uses it. */

import type { Operation } from '../../model/protocol.ts';
import { encodeOpenaiError } from '../openai-error.ts';
import { type Protocol, usualHeaders } from '../protocol.ts';
import { describeChatOverflow, encodeChatStreamError } from './errors.ts';
import { readChatBody } from './request.ts';
import { ChatSplicer } from './splice.ts';
import { chatTranslation } from './translation.ts';
import { judgeChatAnswer, watchChatStream } from './watch.ts';

const paths: Readonly<Partial<Record<Operation, string>>> = {
  generate: '/chat/completions',
  embed: '/embeddings',
};

export const openaiChat: Protocol = {
  name: 'openai-chat',
  pathFor: (operation) => paths[operation],
  readBody: readChatBody,
  requestHeaders: [...usualHeaders, 'idempotency-key', 'openai-beta'],
  createStreamWatch: watchChatStream,
  createSplicer: (before, filter) => new ChatSplicer(before, filter),
  judgeAnswer: judgeChatAnswer,
  describeOverflow: describeChatOverflow,
  encodeError: encodeOpenaiError,
  encodeStreamError: encodeChatStreamError,
  translation: chatTranslation,
  terminalMarker: 'data: [DONE]\n\n',
};
