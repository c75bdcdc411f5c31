/** Admits a request, creates its answer, and sends it in its protocol. */

import { admitKey, admitModel, type Subject } from './admission.ts';
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

/** Reads a request in a protocol, and encodes its answer: whole, and as events. */
export interface ReplyForm<Request extends Prompt> {
  /** Throws `NoAnswer` for a bad request. */
  readonly read: () => Request;
  /** Called once the model is admitted. */
  readonly admit?: (request: Request) => Request;
  readonly toWhole: (exchange: Exchange, reply: Reply<Request>) => object;
  readonly toStream: (exchange: Exchange, reply: Reply<Request>) => EventStream;
}

/**
 * Answers unless the key, the request or the model has a fault. Rejects if the client hangs up
 * during a stream's wait.
 */
export async function serveReply<Request extends Prompt>(
  exchange: Exchange,
  subject: Subject,
  { read, admit = (request) => request, toWhole, toStream }: ReplyForm<Request>,
): Promise<Reply<Request>> {
  admitKey(exchange, subject);
  const asked = read();
  const shape = await admitModel(exchange, subject);
  const request = admit(asked);
  const reply = { request, shape, answer: createAnswer(request, shape, exchange.bytes.length) };
  if (request.streams) await sendEventStream(exchange, shape, toStream(exchange, reply));
  else await sendShapedJson(exchange, shape, toWhole(exchange, reply));
  return reply;
}
