/** The `openai-chat` wire format as the engine uses it. */

import type { Protocol } from '../protocol.ts';
import { encodeChatError, encodeChatStreamError } from './errors.ts';
import { readChatBody } from './request.ts';
import { ChatStreamWatch, judgeChatBody } from './watch.ts';

export const openaiChat: Protocol = {
  name: 'openai-chat',
  pathFor: (operation) => (operation === 'generate' ? '/chat/completions' : '/embeddings'),
  readBody: readChatBody,
  requestHeaders: ['accept', 'content-type', 'idempotency-key', 'openai-beta', 'user-agent'],
  createStreamWatch: () => new ChatStreamWatch(),
  judgeBody: judgeChatBody,
  encodeError: encodeChatError,
  encodeStreamError: encodeChatStreamError,
  terminalMarker: 'data: [DONE]\n\n',
};
