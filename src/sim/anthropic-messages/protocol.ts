/** The protocol anthropic-messages as the simulated provider speaks it: its routes and its error bodies. */

import { admitKey } from '../admission.ts';
import type { Exchange, SimProtocol } from '../exchange.ts';
import { listModelNames } from '../options.ts';
import { encodeError } from './errors.ts';
import { serveCount, serveMessages } from './messages.ts';

/** Messages, the count of their tokens, and the list of models as Anthropic's clients expect it. */
export const anthropicMessages: SimProtocol = {
  routes: [
    { method: 'POST', path: '/messages', serve: serveMessages },
    { method: 'POST', path: '/messages/count_tokens', serve: serveCount },
    { method: 'GET', path: '/models', header: 'anthropic-version', serve: serveModels },
  ],
  encodeError,
};

function serveModels(exchange: Exchange): void {
  if (!admitKey(exchange, { model: undefined, isPrefill: false })) return;
  const data = listModelNames(exchange.settings).map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
  }));
  const page = { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  exchange.channel.send(200, 'application/json', JSON.stringify(page));
}
