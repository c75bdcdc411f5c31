/** The protocol openai-responses in the simulated provider: its route and its error bodies. */

import type { Exchange, SimProtocol } from '../exchange.ts';
import type { AnswerShape } from '../fault.ts';
import { toObject } from '../json-value.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { endsWith, modelInBody } from '../prompt.ts';
import { createNoAnswer } from '../refusals.ts';
import { serveReply } from '../reply.ts';
import { readInputItems } from './input.ts';
import { createHead, listOutput, type ResponseReply, toWhole } from './response.ts';
import { createResponsesRequest } from './responses-request.ts';
import { StoredResponses } from './stored-responses.ts';
import { toStream } from './stream.ts';

/** `forget` clears what is stored between responses. */
export function createOpenaiResponses(): SimProtocol & { readonly forget: () => void } {
  const stored = new StoredResponses();
  const serve = (exchange: Exchange): Promise<void> => serveResponses(exchange, stored);
  return {
    routes: [{ method: 'POST', path: '/responses', serve }, ...stored.routes],
    encodeError: openaiChat.encodeError,
    forget: () => stored.clear(),
  };
}

async function serveResponses(exchange: Exchange, stored: StoredResponses): Promise<void> {
  const { key = '' } = exchange;
  const body = toObject(exchange.body);
  const model = modelInBody(body);
  const subject = { model, isPrefill: endsWith('assistant', body['input']) };
  const read = () => {
    if (model) return createResponsesRequest(body, readInputItems(body, stored, key));
    throw createNoAnswer("Missing required parameter: 'model'.");
  };
  const keep = (reply: ResponseReply): void => {
    const { request } = reply;
    if (!request.isStored) return;
    const output = listOutput(exchange, reply).map(({ item }) => item);
    const whole = toWhole(exchange, reply);
    const id = String(whole['id']);
    const stream = toStream(exchange, reply);
    stored.keep(key, id, { whole, input: request.items, output, stream });
  };
  const reply = await serveReply(exchange, subject, {
    read,
    toWhole: toFirst,
    toStream: (_exchange, begun) => {
      if (isInBackground(begun)) keep(begun); // it goes on, whether or not its stream is read
      return toStream(exchange, begun);
    },
  });
  if (isWhole(reply.shape)) keep(reply);
}

/** A response in the background is fetched later, when it is complete. */
function toFirst(exchange: Exchange, reply: ResponseReply): object {
  return isInBackground(reply)
    ? { ...createHead(exchange, reply), status: 'queued' }
    : toWhole(exchange, reply);
}

function isInBackground({ request: { body } }: ResponseReply): boolean {
  return body['background'] === true;
}

/** Only a complete response can be named by a later request. */
function isWhole({ cutAfter, stallAfter, errorAfter, withoutDone }: AnswerShape): boolean {
  return [cutAfter, stallAfter, errorAfter].every((at) => at === undefined) && withoutDone !== true;
}
