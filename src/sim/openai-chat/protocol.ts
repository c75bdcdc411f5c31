/** The protocol openai-chat as the simulated provider speaks it: its routes and its error bodies. */

import { admitKey } from '../admission.ts';
import type { Exchange, SimProtocol } from '../exchange.ts';
import type { SimRefusal } from '../fault.ts';
import { listModelNames } from '../options.ts';
import { serveChat } from './chat.ts';
import { serveEmbeddings } from './embeddings.ts';

/** Chat completions, embeddings and the list of models. */
export const openaiChat: SimProtocol = {
  routes: [
    { method: 'POST', path: '/chat/completions', serve: serveChat },
    { method: 'POST', path: '/embeddings', serve: serveEmbeddings },
    { method: 'GET', path: '/models', serve: serveModels },
  ],
  encodeError,
};

function serveModels(exchange: Exchange): void {
  if (!admitKey(exchange, { model: undefined, isPrefill: false })) return;
  const data = listModelNames(exchange.settings).map((id) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'sim',
  }));
  exchange.channel.send(200, 'application/json', JSON.stringify({ object: 'list', data }));
}

function encodeError({ message, type, code }: SimRefusal): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}
