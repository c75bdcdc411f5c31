/** The `openai-chat` wire format as the engine uses it. */

import type { Operation } from '../../model/protocol.ts';
import { judgeText } from '../json-body.ts';
import { loadOnce } from '../load-once.ts';
import type { Protocol } from '../protocol.ts';
import { describeChatOverflow, encodeChatError, encodeChatStreamError } from './errors.ts';
import { readChatBody } from './request.ts';
import { ChatSplicer } from './splice.ts';
import { judgeChatAnswer, watchChatStream } from './watch.ts';

const paths: Readonly<Partial<Record<Operation, string>>> = {
  generate: '/chat/completions',
  embed: '/embeddings',
};

export const openaiChat: Protocol = {
  name: 'openai-chat',
  pathFor: (operation) => paths[operation],
  readBody: readChatBody,
  requestHeaders: [
    'accept',
    'content-type',
    'idempotency-key',
    'openai-beta',
    'traceparent',
    'tracestate',
    'user-agent',
  ],
  createStreamWatch: watchChatStream,
  createSplicer: (before, filter) => new ChatSplicer(before, filter),
  judgeBody: (text, operation) => judgeText(text, (body) => judgeChatAnswer(body, operation)),
  judgeAnswer: judgeChatAnswer,
  describeOverflow: describeChatOverflow,
  encodeError: encodeChatError,
  encodeStreamError: encodeChatStreamError,
  loadTranslation: loadOnce(async () => (await import('./translation.ts')).chatTranslation),
  terminalMarker: 'data: [DONE]\n\n',
};
