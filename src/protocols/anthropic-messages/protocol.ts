/** The `anthropic-messages` wire format as the engine uses it. */

import { type BodyForm, createBodyReader } from '../body/read-body.ts';
import { type OpenHeaders, type Protocol, usualHeaders } from '../contract/protocol.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { MessagesAnswerDecoder, messagesAnswerFields, toEvents } from './answer-in.ts';
import { betas } from './betas.ts';
import { bound } from './bound.ts';
import { messagesCacheMarks } from './cache-out.ts';
import { continueMessages, findMessagesObstacle } from './continue.ts';
import { messagesEdits } from './edits.ts';
import { describeMessagesOverflow, frameMessagesError, toMessagesErrorBody } from './errors.ts';
import { estimateTokens } from './estimate.ts';
import { judgeMessagesAnswer } from './judge.ts';
import { encodeMessagesModel, encodeMessagesModels } from './models-out.ts';
import { encodeMessagesRequest, findMessagesCallObstacle } from './outbound.ts';
import { messagesPictures } from './pictures.ts';
import { MessagesSplicer } from './splice.ts';
import { tellWholeMessage } from './tell-whole.ts';
import { decodeMessagesRequest } from './translate-in.ts';
import { encodeMessagesAnswer, MessagesAnswerWriter } from './translate-out.ts';
import { MessagesWatch } from './watch.ts';

const form: BodyForm = {
  required: {
    field: 'messages',
    fix: 'send {"model": "...", "max_tokens": 1024, "messages": [{"role": "user", "content": "..."}]}',
  },
  reasoningFields: ['thinking'],
  isNoReasoning: (value) => value === 'null' || value.includes('"type":"disabled"'),
  bound,
  findObstacle: findMessagesObstacle,
  continueBody: continueMessages,
  editing: messagesEdits,
  pictures: messagesPictures,
};

/**
 * The vendor asks gateways to pass these on as an open list. Those that choose who pays stay
 * behind, and the beta `oauth-…`, which belongs to a login: the key here is ours.
 * https://code.claude.com/docs/en/llm-gateway-protocol, read 2026-11.
 */
const openHeaders: OpenHeaders = {
  names: /^(?:anthropic-(?!(?:workspace|organization|user-profile)-id$)|x-claude-code-)/,
  refusedItems: /^oauth-/i,
};

export const anthropicMessages: Protocol = {
  name: 'anthropic-messages',
  paths: { generate: '/messages', 'count-tokens': '/messages/count_tokens' },
  readBody: createBodyReader(form),
  bodyEditing: messagesEdits,
  requestHeaders: [...usualHeaders, 'idempotency-key'],
  openHeaders,
  betas,
  defaultHeaders: { 'anthropic-version': '2023-06-01' },
  wordFields: ['text', 'thinking', 'partial_json'],
  StreamWatch: MessagesWatch,
  Splicer: MessagesSplicer,
  judgeAnswer: judgeMessagesAnswer,
  estimateTokens,
  modelsPath: '/models?limit=1000',
  askShortly: (content, model) => ({
    body: { model, messages: [{ role: 'user', content }], max_tokens: 16 },
  }),
  encodeModels: encodeMessagesModels,
  encodeModel: encodeMessagesModel,
  requiresLimit: true,
  cacheMarks: messagesCacheMarks,
  describeOverflow: describeMessagesOverflow,
  overflowSign: /prompt is too long|exceed context limit|"request_too_large"/i,
  // Claude Code (2.1.329, seen 2026-11) blames its own request for 400 and 422, and asks five more
  // times without parts of it.
  lastingStatus: 424,
  toErrorBody: toMessagesErrorBody,
  requestIdHeader: 'request-id',
  frameError: frameMessagesError,
  tellWhole: tellWholeMessage,
  translation: {
    decodeRequest: decodeMessagesRequest,
    repeats: [],
    AnswerWriter: MessagesAnswerWriter,
    encodeAnswer: encodeMessagesAnswer,
    findObstacle: findMessagesCallObstacle,
    encodeRequest: encodeMessagesRequest,
    AnswerDecoder: MessagesAnswerDecoder,
    answerFields: messagesAnswerFields,
    decodeAnswer: (body, hints) => readAtOnce(new MessagesAnswerDecoder(hints), toEvents(body)),
  },
  terminalMarker: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
};
