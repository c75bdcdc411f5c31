/** The `openai-chat` wire format as the engine uses it. */

import { type BodyForm, createBodyReader } from '../body/read-body.ts';
import { type Protocol, usualHeaders } from '../contract/protocol.ts';
import { openaiOverflowSign, toOpenaiErrorBody } from '../openai/openai-error.ts';
import { encodeOpenaiModel, encodeOpenaiModels } from '../openai/openai-models.ts';
import { ChatAnswerDecoder, chatAnswerFields, decodeChatAnswer } from './answer-in.ts';
import { bound } from './bound.ts';
import { continueChat, findChatObstacle } from './continue.ts';
import { chatEdits } from './edits.ts';
import { describeChatOverflow } from './errors.ts';
import { encodeChatRequest, findChatCallObstacle } from './outbound.ts';
import { chatPictures } from './pictures.ts';
import { ChatSplicer } from './splice.ts';
import { tellWholeChat } from './tell-whole.ts';
import { decodeChatRequest } from './translate-in.ts';
import { ChatAnswerWriter, encodeChatAnswer } from './translate-out.ts';
import { ChatWatch, judgeChatAnswer } from './watch.ts';

const noReasoning = new Set([
  '"none"',
  '"off"',
  '"disabled"',
  'false',
  'null',
  '{"type":"disabled"}',
]);

const embedForm: BodyForm = {
  reasoningFields: ['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking'],
  isNoReasoning: (value) => noReasoning.has(value),
  choicesField: 'n',
  bound,
  findObstacle: findChatObstacle,
  continueBody: continueChat,
  editing: chatEdits,
};

const generateForm: BodyForm = {
  ...embedForm,
  pictures: chatPictures,
  required: {
    field: 'messages',
    fix: 'send {"model": "...", "messages": [{"role": "user", "content": "..."}]}',
  },
};

export const openaiChat: Protocol = {
  name: 'openai-chat',
  paths: { generate: '/chat/completions', embed: '/embeddings' },
  readBody: createBodyReader(generateForm, embedForm),
  bodyEditing: chatEdits,
  requestHeaders: [...usualHeaders, 'idempotency-key', 'openai-beta'],
  wordFields: ['content', 'text', 'refusal', 'reasoning\\w*', 'arguments'],
  StreamWatch: ChatWatch,
  Splicer: ChatSplicer,
  judgeAnswer: judgeChatAnswer,
  modelsPath: '/models',
  askShortly: (content, model) => ({
    body: { model, messages: [{ role: 'user', content }], max_tokens: 16 },
  }),
  encodeModels: encodeOpenaiModels,
  encodeModel: encodeOpenaiModel,
  describeOverflow: describeChatOverflow,
  overflowSign: openaiOverflowSign,
  toErrorBody: toOpenaiErrorBody,
  tellWhole: tellWholeChat,
  translation: {
    decodeRequest: decodeChatRequest,
    repeats: ['stream_options'],
    AnswerWriter: ChatAnswerWriter,
    encodeAnswer: encodeChatAnswer,
    findObstacle: findChatCallObstacle,
    encodeRequest: encodeChatRequest,
    AnswerDecoder: ChatAnswerDecoder,
    answerFields: chatAnswerFields,
    decodeAnswer: decodeChatAnswer,
  },
  terminalMarker: 'data: [DONE]\n\n',
};
