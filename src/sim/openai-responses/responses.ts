/** POST /responses: reads the request, meets its fault, and answers as JSON or as a stream. */

import { admitKey, admitModel, sendRefusal } from '../admission.ts';
import { createAnswer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import type { AnswerShape } from '../fault.ts';
import { isJsonObject, toText } from '../json-value.ts';
import { createBadRequest } from '../refusals.ts';
import { isRefusal, readInput } from './input.ts';
import type { KeptResponses } from './kept-responses.ts';
import { createWhole, listOutput, type ResponseReply, sendResponse } from './response.ts';
import { createResponsesRequest, endsWithAssistant } from './responses-request.ts';
import { streamResponse } from './stream.ts';

/** Serves one responses request. */
export async function serveResponses(exchange: Exchange, kept: KeptResponses): Promise<void> {
  const { body, key = '' } = exchange;
  const model = isJsonObject(body) ? toText(body['model']) : undefined;
  const subject = { model, isPrefill: endsWithAssistant(body) };
  if (!admitKey(exchange, subject)) return;
  if (!isJsonObject(body) || model === undefined || model === '')
    return sendRefusal(exchange, createBadRequest("Missing required parameter: 'model'."));
  const items = readInput(body, kept, key);
  if (isRefusal(items)) return sendRefusal(exchange, items);
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  const request = createResponsesRequest(body, items);
  const reply = { request, shape, answer: createAnswer(request, shape, exchange.bodyBytes) };
  if (request.streams) await streamResponse(exchange, reply);
  else await sendResponse(exchange, reply);
  if (request.isStored && isWhole(shape)) keep(exchange, kept, reply);
}

/** Only what is told to its end can be named later. */
function isWhole({ cutAfter, stallAfter, errorAfter, withoutDone }: AnswerShape): boolean {
  return [cutAfter, stallAfter, errorAfter].every((at) => at === undefined) && withoutDone !== true;
}

function keep(exchange: Exchange, kept: KeptResponses, reply: ResponseReply): void {
  const output = listOutput(exchange, reply).map(({ item }) => item);
  const id = String(createWhole(exchange, reply)['id']);
  kept.keep(exchange.key ?? '', id, [...reply.request.items, ...output]);
}
