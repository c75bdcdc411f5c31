/**
 * Serves the methods of a model: reads the request, applies its fault, and answers whole or as
 * events.
 */

import type { Answer } from '../answer.ts';
import type { EventStream, SimEvent } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import { isJsonObject, toItems, toObject } from '../json-value.ts';
import { createVector } from '../openai-chat/embeddings.ts';
import { endsWith } from '../prompt.ts';
import { createNoAnswer } from '../refusals.ts';
import { finishWord, type Reply, serveReply } from '../reply.ts';
import { serveJson } from '../shaped-json.ts';
import { readGenerateRequest } from './request.ts';

export async function serveGenerate(exchange: Exchange): Promise<void> {
  const { body, url } = exchange;
  const model = modelInPath(exchange);
  const subject = { model, isPrefill: endsWith('model', toObject(body)['contents']) };
  const read = () => readGenerateRequest(body, model, url.includes(':streamGenerateContent'));
  await serveReply(exchange, subject, { read, toWhole, toStream });
}

/** Counts four bytes per token. */
export function serveCount(exchange: Exchange): Promise<void> {
  return serveJson(exchange, { model: modelInPath(exchange) }, () => ({
    totalTokens: Math.ceil(exchange.bytes.length / 4),
  }));
}

/** The body of a batch names the model in each of its requests. */
export function serveEmbeddings(exchange: Exchange): Promise<void> {
  const model = modelInPath(exchange);
  return serveJson(exchange, { model }, () => embed(exchange, model));
}

function embed({ body, url }: Exchange, model: string): object {
  const isBatch = url.includes(':batchEmbedContents');
  const requests = isBatch && isJsonObject(body) ? toItems(body['requests']) : [body];
  if (isBatch && requests.some((one) => toObject(one)['model'] !== `models/${model}`))
    throw createNoAnswer('BatchEmbedContentsRequest.requests: model does not match');
  const vectors = requests.map((one) => ({
    values: [...createVector(`${model}\n${JSON.stringify(toObject(one)['content'])}`, 256)],
  }));
  return isBatch ? { embeddings: vectors } : { embedding: vectors[0] };
}

function modelInPath({ url }: Exchange): string {
  const path = url.split('?', 1)[0] ?? '';
  return decodeURIComponent(
    path.slice(path.indexOf('/models/') + '/models/'.length, path.lastIndexOf(':')),
  );
}

function toWhole(exchange: Exchange, reply: Reply): object {
  return encodeTold(exchange, { ...toEnd(reply), parts: listParts(reply.answer) });
}

/** The vendor's last event has the finish reason; no marker follows. */
function toStream(exchange: Exchange, reply: Reply): EventStream {
  const toEvent = (fields: ToldParts): SimEvent => ({
    data: JSON.stringify(encodeTold(exchange, fields)),
  });
  return {
    body: listParts(reply.answer).map((part) => ({
      ...toEvent({ parts: [part] }),
      isContent: true,
    })),
    marker: toEvent({ parts: [{ text: '' }], ...toEnd(reply) }),
  };
}

interface ToldParts {
  readonly parts: readonly object[];
  readonly finishReason?: string | null;
  readonly usageMetadata?: object;
}

function encodeTold(exchange: Exchange, { parts, usageMetadata = {}, ...end }: ToldParts): object {
  return {
    candidates: [{ content: { parts, role: 'model' }, ...end, index: 0 }],
    usageMetadata,
    modelVersion: modelInPath(exchange),
    responseId: exchange.channel.requestId,
  };
}

/** Calls arrive whole; only the first of an answer is signed. */
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

function toEnd(reply: Reply): Pick<ToldParts, 'finishReason' | 'usageMetadata'> {
  const { finish, usage } = reply.answer;
  const { input, answer, reasoning } = usage;
  return {
    finishReason: finishWord(reply, finish === 'length' ? 'MAX_TOKENS' : 'STOP'),
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: answer,
      ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
      totalTokenCount: input + answer + reasoning,
    },
  };
}
