/** A chat answer as one JSON body, whole or misshapen. */

import type { Exchange } from '../exchange.ts';
import type { AnswerShape } from '../fault.ts';
import { createStatusRefusal } from '../refusals.ts';
import { encodeError } from './admission.ts';
import type { ChatAnswer } from './answer.ts';
import type { ChatRequest } from './chat-request.ts';

/** An answer, whom it is for, and how it is to be spoilt. */
export interface Reply {
  readonly request: ChatRequest;
  readonly shape: AnswerShape;
  readonly answer: ChatAnswer;
}

/** Sends the answer as JSON. */
export async function sendCompletion(exchange: Exchange, reply: Reply): Promise<void> {
  await sendShapedJson(exchange, reply.shape, encodeCompletion(exchange, reply));
}

/** Sends a JSON body: late, cut, stalled, malformed or as an error where the shape says so. */
export async function sendShapedJson(exchange: Exchange, shape: AnswerShape, json: string): Promise<void> {
  const { channel, settings } = exchange;
  const half = json.slice(0, Math.floor(json.length / 2));
  const isHalf = shape.cutAfter !== undefined || shape.stallAfter !== undefined;
  const body = shape.errorAfter === undefined ? json : encodeError(createStatusRefusal(500));
  if (!isHalf && shape.firstTokenSeconds === undefined) {
    return channel.send(200, 'application/json', shape.malformedAt === undefined ? body : half);
  }
  channel.head(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  channel.flushHead();
  if (shape.firstTokenSeconds !== undefined)
    await settings.time.wait(shape.firstTokenSeconds, channel.signal);
  if (!isHalf) return channel.end(body);
  channel.write(half);
  if (shape.stallAfter !== undefined) await channel.hungUp();
  else channel.breakOff();
}

function encodeCompletion({ channel, settings }: Exchange, { request, answer }: Reply): string {
  const { reasoning, words, calls, finishReason, usage } = answer;
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : words.join(''),
    ...(reasoning.length > 0 ? { reasoning_content: reasoning.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(toWireCall) } : {}),
    refusal: null,
  };
  return JSON.stringify({
    id: `chatcmpl-${channel.requestId}`,
    object: 'chat.completion',
    created: Math.floor(settings.time.now() / 1000),
    model: request.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage,
  });
}

function toWireCall({ id, name, input }: ChatAnswer['calls'][number]): object {
  return { id, type: 'function', function: { name, arguments: input } };
}
