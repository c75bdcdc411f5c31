/** The `anthropic-messages` wire format as the engine uses it. */

import type { Operation } from '../../model/protocol.ts';
import { type Protocol, usualHeaders } from '../protocol.ts';
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
import { messagesTranslation } from './translation.ts';
import { watchMessagesStream } from './watch.ts';

const paths: Readonly<Partial<Record<Operation, string>>> = {
  generate: '/messages',
  'count-tokens': '/messages/count_tokens',
};

export const anthropicMessages: Protocol = {
  name: 'anthropic-messages',
  pathFor: (operation) => paths[operation],
  readBody: readMessagesBody,
  requestHeaders: [...usualHeaders, 'anthropic-beta', 'anthropic-version', 'idempotency-key'],
  defaultHeaders: { 'anthropic-version': '2023-06-01' },
  createStreamWatch: watchMessagesStream,
  createSplicer: (before, filter) => new MessagesSplicer(before, filter),
  judgeAnswer: judgeMessagesAnswer,
  estimateTokens,
  describeOverflow: describeMessagesOverflow,
  encodeError: encodeMessagesError,
  encodeStreamError: encodeMessagesStreamError,
  frameRefusal: frameMessagesRefusal,
  translation: messagesTranslation,
  terminalMarker: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
};
