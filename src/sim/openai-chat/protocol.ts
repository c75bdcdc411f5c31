/** The protocol openai-chat as the simulated provider speaks it: its routes and its error bodies. */

import type { Exchange, SimProtocol } from '../exchange.ts';
import { simModels } from '../listing.ts';
import { admitKey, encodeError } from './admission.ts';
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
  const assigned = exchange.settings.assignments.flatMap(({ model }) => (model === undefined ? [] : [model]));
  const names = new Set([...assigned, ...simModels.map((model) => model.example)]);
  const data = [...names].map((id) => ({ id, object: 'model', created: 0, owned_by: 'sim' }));
  exchange.channel.send(200, 'application/json', JSON.stringify({ object: 'list', data }));
}
