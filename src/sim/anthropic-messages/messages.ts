/** POST /messages and /messages/count_tokens: reads the request, meets its fault, and answers. */

import { admitKey, admitModel, sendRefusal } from '../admission.ts';
import { createAnswer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { isJsonObject, toText } from '../json-value.ts';
import { createBadRequest } from '../refusals.ts';
import { sendShapedJson } from '../shaped-json.ts';
import { sendMessage } from './message.ts';
import { endsWithAssistant, readMessagesRequest } from './messages-request.ts';
import { streamMessage } from './stream.ts';

/** Serves one messages request. */
export async function serveMessages(exchange: Exchange): Promise<void> {
  const subject = { model: readModel(exchange.body), isPrefill: endsWithAssistant(exchange.body) };
  if (!admitKey(exchange, subject)) return;
  const request =
    exchange.headers['anthropic-version'] === undefined ? noVersion : readMessagesRequest(exchange.body);
  if (typeof request === 'string') return sendRefusal(exchange, createBadRequest(request));
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  const answer = createAnswer(request, shape, exchange.bodyBytes);
  if (request.streams) await streamMessage(exchange, { request, shape, answer });
  else await sendMessage(exchange, { request, shape, answer });
}

/** Serves one request for the number of tokens: four bytes each. */
export async function serveCount(exchange: Exchange): Promise<void> {
  const subject = { model: readModel(exchange.body), isPrefill: false };
  if (!admitKey(exchange, subject)) return;
  const body = isJsonObject(exchange.body)
    ? { ...exchange.body, max_tokens: 1, thinking: undefined }
    : undefined;
  const request = readMessagesRequest(body);
  if (typeof request === 'string') return sendRefusal(exchange, createBadRequest(request));
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  await sendShapedJson(exchange, shape, JSON.stringify({ input_tokens: Math.ceil(exchange.bodyBytes / 4) }));
}

const noVersion = 'anthropic-version: header is required';

function readModel(body: unknown): string | undefined {
  return isJsonObject(body) ? toText(body['model']) : undefined;
}
