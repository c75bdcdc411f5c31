/** POST /chat/completions: reads the request, meets its fault, and answers as JSON or as a stream. */

import { admitKey, admitModel, sendRefusal } from '../admission.ts';
import { createAnswer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { createBadRequest } from '../refusals.ts';
import { readChatRequest } from './chat-request.ts';
import { sendCompletion } from './completion.ts';
import { streamCompletion } from './stream.ts';

/** Serves one chat request. */
export async function serveChat(exchange: Exchange): Promise<void> {
  const request = readChatRequest(exchange.body);
  const isWrong = typeof request === 'string';
  const subject = {
    model: isWrong ? undefined : request.model,
    isPrefill: !isWrong && request.lastRole === 'assistant',
  };
  if (!admitKey(exchange, subject)) return;
  if (isWrong) return sendRefusal(exchange, createBadRequest(request));
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  const answer = createAnswer(request, shape, exchange.bodyBytes);
  if (request.streams) await streamCompletion(exchange, { request, shape, answer });
  else await sendCompletion(exchange, { request, shape, answer });
}
