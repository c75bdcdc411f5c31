/** Serves openai-chat in the simulated provider: its routes and its error bodies. */

import type { Exchange, SimProtocol } from '../exchange.ts';
import type { SimRefusal } from '../fault.ts';
import { toItems, toObject } from '../json-value.ts';
import { createModelsRoute } from '../models-route.ts';
import { endsWith, modelInBody } from '../prompt.ts';
import { serveReply } from '../reply.ts';
import { readChatRequest, turnsOf } from './chat-request.ts';
import { toWhole } from './completion.ts';
import { serveEmbeddings } from './embeddings.ts';
import { toStream } from './stream.ts';

/** Serves chat completions, embeddings and the model list. */
export const openaiChat: SimProtocol = {
  routes: [
    { method: 'POST', path: '/chat/completions', serve: serveChat },
    { method: 'POST', path: '/embeddings', serve: serveEmbeddings },
    createModelsRoute('/models', (names) => ({
      object: 'list',
      data: names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'sim' })),
    })),
  ],
  encodeError,
};

async function serveChat(exchange: Exchange): Promise<void> {
  const { body } = exchange;
  const turns = turnsOf(toItems(toObject(body)['messages']));
  const subject = { model: modelInBody(body), isPrefill: endsWith('assistant', turns) };
  await serveReply(exchange, subject, { read: () => readChatRequest(body), toWhole, toStream });
}

function encodeError({ message, type, code }: SimRefusal): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}
