/**
 * An answer on its way: made for a request that was let through, and told as its protocol tells
 * answers.
 */

import { type Answer, createAnswer } from './answer.ts';
import { type EventStream, sendEventStream } from './event-stream.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerShape } from './fault.ts';
import type { Prompt } from './prompt.ts';
import { sendShapedJson } from './shaped-json.ts';

/** An answer, whom it is for, and how it is to be spoilt. */
export interface Reply<Request extends Prompt = Prompt> {
  readonly request: Request;
  readonly shape: AnswerShape;
  readonly answer: Answer;
}

/** The word with which an answer ends: the protocol's own, unless its shape has another. */
export function finishWord(
  { shape, answer }: Pick<Reply, 'shape' | 'answer'>,
  own: string,
): string | null {
  const { finish, finishAfter } = shape;
  // An answer that says less, such as a call, has ended by itself.
  if (finish === undefined || (finishAfter !== undefined && answer.finish !== 'length')) return own;
  return finish;
}

/** How a protocol tells an answer: whole, and in events. */
export interface ReplyFormats<Request extends Prompt> {
  readonly toWhole: (exchange: Exchange, reply: Reply<Request>) => object;
  readonly toStream: (exchange: Exchange, reply: Reply<Request>) => EventStream;
}

/** Rejects when the client hangs up while a stream waits. */
export async function sendReply<Request extends Prompt>(
  exchange: Exchange,
  { request, shape }: Omit<Reply<Request>, 'answer'>,
  { toWhole, toStream }: ReplyFormats<Request>,
): Promise<Reply<Request>> {
  const reply = { request, shape, answer: createAnswer(request, shape, exchange.bytes.length) };
  if (request.streams) await sendEventStream(exchange, shape, toStream(exchange, reply));
  else await sendShapedJson(exchange, shape, toWhole(exchange, reply));
  return reply;
}
