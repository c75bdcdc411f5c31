/** Creates the answer of an admitted request and sends it in its protocol. */

import { type Answer, createAnswer } from './answer.ts';
import { type EventStream, sendEventStream } from './event-stream.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerShape } from './fault.ts';
import type { Prompt } from './prompt.ts';
import { sendShapedJson } from './shaped-json.ts';

/** An answer, its request, and its fault. */
export interface Reply<Request extends Prompt = Prompt> {
  readonly request: Request;
  readonly shape: AnswerShape;
  readonly answer: Answer;
}

/** Returns the answer's finish word: the protocol's own, unless the shape replaces it. */
export function finishWord(
  { shape, answer }: Pick<Reply, 'shape' | 'answer'>,
  own: string,
): string | null {
  const { finish, finishAfter } = shape;
  // An answer shorter than that, such as a call, has ended by itself.
  if (finish === undefined || (finishAfter !== undefined && answer.finish !== 'length')) return own;
  return finish;
}

/** How a protocol encodes an answer: whole, and as events. */
export interface ReplyFormats<Request extends Prompt> {
  readonly toWhole: (exchange: Exchange, reply: Reply<Request>) => object;
  readonly toStream: (exchange: Exchange, reply: Reply<Request>) => EventStream;
}

/** Rejects if the client hangs up during a stream's wait. */
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
