/** A responses answer as output items, and as one response object. */

import { type Answer, splitInput, type ToolCall } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import type { JsonObject } from '../json-value.ts';
import { finishWord, type Reply } from '../reply.ts';
import type { ResponsesRequest } from './responses-request.ts';
import { digest, seal } from './seal.ts';

export type ResponseReply = Reply<ResponsesRequest>;

export interface OutputItem {
  /** Is the complete item. */
  readonly item: JsonObject;
  readonly pieces: readonly string[];
}

export function listOutput(
  exchange: Exchange,
  { request, answer }: ResponseReply,
): readonly OutputItem[] {
  const { reasoning, words, calls } = answer;
  return [
    ...(reasoning.length === 0 ? [] : [createReasoning(exchange, request, reasoning)]),
    ...(words.length === 0 ? [] : [createMessage(createObjectId(exchange, 'msg'), words)]),
    ...calls.map((call) => createCallItem(exchange, call, request.customTools.has(call.name))),
  ];
}

/** Settings that an answer repeats, with their defaults. */
const settings: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
};

/** The response at its start: no output, no usage. */
export function createHead(exchange: Exchange, { request }: ResponseReply): JsonObject {
  const { body, model, isStored } = request;
  const { conversation } = body;
  const repeated = Object.entries(settings).map(([field, usual]) => [field, body[field] ?? usual]);
  return {
    id: createObjectId(exchange, 'resp'),
    object: 'response',
    created_at: Math.floor(exchange.settings.time.now() / 1000),
    status: 'in_progress',
    background: body['background'] === true,
    error: null,
    incomplete_details: null,
    model,
    output: [],
    ...Object.fromEntries(repeated),
    ...(conversation === undefined ? {} : { conversation: toConversation(conversation) }),
    store: isStored,
    usage: null,
  };
}

/** The response at its end. */
export function toWhole(exchange: Exchange, reply: ResponseReply): JsonObject {
  return {
    ...createHead(exchange, reply),
    ...toEnd(reply),
    output: listOutput(exchange, reply).map(({ item }) => item),
    usage: toUsage(reply.answer),
  };
}

const statuses: ReadonlySet<string | null> = new Set([null, 'completed', 'failed', 'cancelled']);

/** A word that is not a status is the reason of an incomplete answer. */
function toEnd(reply: ResponseReply): JsonObject {
  const finish = finishWord(
    reply,
    reply.answer.finish === 'length' ? 'max_output_tokens' : 'completed',
  );
  if (statuses.has(finish)) return { status: finish, incomplete_details: null };
  return { status: 'incomplete', incomplete_details: { reason: finish } };
}

/** Ids of one server are unique across keys. */
function createObjectId({ channel, key = '' }: Exchange, prefix: string): string {
  return `${prefix}_${digest(`${prefix} ${channel.requestId} ${key}`)}`;
}

function toConversation(conversation: unknown): unknown {
  return typeof conversation === 'string' ? { id: conversation } : conversation;
}

function createReasoning(
  exchange: Exchange,
  request: ResponsesRequest,
  pieces: readonly string[],
): OutputItem {
  const text = pieces.join('');
  const sealed = request.wantsSealed ? { encrypted_content: seal(text, exchange.key ?? '') } : {};
  const id = createObjectId(exchange, 'rs');
  return {
    item: { id, type: 'reasoning', summary: [{ type: 'summary_text', text }], ...sealed },
    pieces,
  };
}

function createMessage(id: string, words: readonly string[]): OutputItem {
  const part = { type: 'output_text', annotations: [], logprobs: [], text: words.join('') };
  const item = { id, type: 'message', status: 'completed', role: 'assistant', content: [part] };
  return { item, pieces: words };
}

function createCallItem(
  exchange: Exchange,
  { id, name, input }: ToolCall,
  isCustom: boolean,
): OutputItem {
  const text = isCustom ? `sim input of ${name}` : input;
  const [prefix, type, field] = isCustom
    ? ['ctc', 'custom_tool_call', 'input']
    : ['fc', 'function_call', 'arguments'];
  const call = { call_id: `call_${id}`, name, [`${field}`]: text };
  return {
    item: { id: createObjectId(exchange, `${prefix}_${id}`), type, status: 'completed', ...call },
    pieces: splitInput(text),
  };
}

function toUsage({ usage }: Answer): JsonObject {
  const output = usage.answer + usage.reasoning;
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + output,
  };
}
