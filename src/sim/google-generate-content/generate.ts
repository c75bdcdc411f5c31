/** The methods of a model: reads the request, meets its fault, and answers, whole or in events. */

import { admitKey, admitModel, sendRefusal } from '../admission.ts';
import { type Answer, createAnswer } from '../answer.ts';
import { type SimEvent, sendEventStream } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import type { AnswerShape } from '../fault.ts';
import { isJsonObject, toItems } from '../json-value.ts';
import { createVector } from '../openai-chat/embeddings.ts';
import { createBadRequest } from '../refusals.ts';
import { sendShapedJson } from '../shaped-json.ts';
import { endsWithModel, readGenerateRequest } from './request.ts';

export async function serveGenerate(exchange: Exchange): Promise<void> {
  const model = modelOf(exchange);
  const subject = { model, isPrefill: endsWithModel(exchange.body) };
  if (!admitKey(exchange, subject)) return;
  const request = readGenerateRequest(exchange.body, model, exchange.url.includes(':streamGenerateContent'));
  if (typeof request === 'string') return sendRefusal(exchange, createBadRequest(request));
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  const answer = createAnswer(request, shape, exchange.bodyBytes);
  if (request.streams) await stream(exchange, shape, answer);
  else
    await sendShapedJson(exchange, shape, encode(exchange, { ...toEnd(answer), parts: listParts(answer) }));
}

/** Four bytes a token. */
export async function serveCount(exchange: Exchange): Promise<void> {
  const subject = { model: modelOf(exchange), isPrefill: false };
  if (!admitKey(exchange, subject)) return;
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  await sendShapedJson(exchange, shape, JSON.stringify({ totalTokens: Math.ceil(exchange.bodyBytes / 4) }));
}

/** The body of a batch names the model in each of its requests. */
export async function serveEmbeddings(exchange: Exchange): Promise<void> {
  const { body, url } = exchange;
  const model = modelOf(exchange);
  const subject = { model, isPrefill: false };
  if (!admitKey(exchange, subject)) return;
  const isBatch = url.includes(':batchEmbedContents');
  const requests = isJsonObject(body) && isBatch ? toItems(body['requests']) : [body];
  const stray = requests.find((one) => isBatch && (!isJsonObject(one) || one['model'] !== `models/${model}`));
  if (stray !== undefined)
    return sendRefusal(
      exchange,
      createBadRequest('BatchEmbedContentsRequest.requests: model does not match'),
    );
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  const vectors = requests.map((one) => {
    const content = isJsonObject(one) ? one['content'] : undefined;
    return { values: [...createVector(`${model}\n${JSON.stringify(content)}`, 256)] };
  });
  await sendShapedJson(
    exchange,
    shape,
    JSON.stringify(isBatch ? { embeddings: vectors } : { embedding: vectors[0] }),
  );
}

function modelOf({ url }: Exchange): string {
  const path = url.split('?', 1)[0] ?? '';
  return decodeURIComponent(path.slice(path.indexOf('/models/') + '/models/'.length, path.lastIndexOf(':')));
}

/** The vendor's last event says why the answer ends; nothing marks the end behind it. */
function stream(exchange: Exchange, shape: AnswerShape, answer: Answer): Promise<void> {
  const toEvent = (fields: ToldParts): SimEvent => ({ data: encode(exchange, fields) });
  return sendEventStream(exchange, shape, {
    opening: [],
    body: listParts(answer).map((part) => ({ ...toEvent({ parts: [part] }), isContent: true })),
    closing: [],
    marker: toEvent({ parts: [{ text: '' }], ...toEnd(answer) }),
    encodeError: (data) => ({ data }),
  });
}

interface ToldParts {
  readonly parts: readonly object[];
  readonly finishReason?: string;
  readonly usageMetadata?: object;
}

function encode(exchange: Exchange, { parts, usageMetadata, ...end }: ToldParts): string {
  return JSON.stringify({
    candidates: [{ content: { parts, role: 'model' }, ...end, index: 0 }],
    usageMetadata: usageMetadata ?? {},
    modelVersion: modelOf(exchange),
    responseId: exchange.channel.requestId,
  });
}

/** Calls come whole; the first of an answer is signed. */
function listParts({ reasoning, words, calls }: Answer): readonly object[] {
  return [
    ...reasoning.map((text) => ({ text, thought: true })),
    ...words.map((text) => ({ text })),
    ...calls.map(({ id, name, input }, index) => ({
      functionCall: { id, name, args: JSON.parse(input) },
      ...(index === 0 ? { thoughtSignature: `sim-${id}` } : {}),
    })),
  ];
}

function toEnd({ finish, usage }: Answer): Pick<ToldParts, 'finishReason' | 'usageMetadata'> {
  const { input, answer, reasoning } = usage;
  return {
    finishReason: finish === 'length' ? 'MAX_TOKENS' : 'STOP',
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: answer,
      ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
      totalTokenCount: input + answer + reasoning,
    },
  };
}
