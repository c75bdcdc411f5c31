/** The `anthropic-messages` wire format as the engine uses it. */

import type { Operation } from '../../model/protocol.ts';
import { judgeText } from '../json-body.ts';
import { loadOnce } from '../load-once.ts';
import type { Protocol } from '../protocol.ts';
import {
  describeMessagesOverflow,
  encodeMessagesError,
  encodeMessagesStreamError,
  frameMessagesRefusal,
} from './errors.ts';
import { estimateTokens } from './estimate.ts';
import { judgeMessagesAnswer } from './judge.ts';
import { readMessagesBody } from './request.ts';
import { MessagesSplicer } from './splice.ts';
import { watchMessagesStream } from './watch.ts';

const paths: Readonly<Partial<Record<Operation, string>>> = {
  generate: '/messages',
  'count-tokens': '/messages/count_tokens',
};

export const anthropicMessages: Protocol = {
  name: 'anthropic-messages',
  pathFor: (operation) => paths[operation],
  readBody: readMessagesBody,
  requestHeaders: [
    'accept',
    'anthropic-beta',
    'anthropic-version',
    'content-type',
    'idempotency-key',
    'traceparent',
    'tracestate',
    'user-agent',
  ],
  defaultHeaders: { 'anthropic-version': '2023-06-01' },
  createStreamWatch: watchMessagesStream,
  createSplicer: (before, filter) => new MessagesSplicer(before, filter),
  judgeBody: (text, operation) => judgeText(text, (body) => judgeMessagesAnswer(body, operation)),
  judgeAnswer: judgeMessagesAnswer,
  estimateTokens,
  describeOverflow: describeMessagesOverflow,
  encodeError: encodeMessagesError,
  encodeStreamError: encodeMessagesStreamError,
  frameRefusal: frameMessagesRefusal,
  loadTranslation: loadOnce(async () => (await import('./translation.ts')).messagesTranslation),
  terminalMarker: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
};
