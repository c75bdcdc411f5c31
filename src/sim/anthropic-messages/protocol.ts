/** Serves anthropic-messages in the simulated provider: its routes and its error bodies. */

import type { ScaledTime } from '../clock.ts';
import type { Exchange, SimProtocol } from '../exchange.ts';
import { isJsonObject, toObject } from '../json-value.ts';
import { createModelsRoute } from '../models-route.ts';
import { endsWith, modelInBody } from '../prompt.ts';
import { createNoAnswer } from '../refusals.ts';
import { serveReply } from '../reply.ts';
import { serveJson } from '../shaped-json.ts';
import { encodeError } from './errors.ts';
import { KeptPrefixes } from './kept-prefixes.ts';
import { toWhole } from './message.ts';
import { readMessagesRequest } from './messages-request.ts';
import { toStream } from './stream.ts';

/** Serves messages, token counts, and the model list as Anthropic's clients expect it. */
export function createAnthropicMessages(
  time: ScaledTime,
): SimProtocol & { readonly forget: () => void } {
  const cache = new KeptPrefixes(time);
  return {
    routes: [
      { method: 'POST', path: '/messages', serve: (exchange) => serveMessages(exchange, cache) },
      { method: 'POST', path: '/messages/count_tokens', serve: serveCount },
      { ...createModelsRoute('/models', encodeModels), header: 'anthropic-version' },
    ],
    encodeError,
    forget: () => cache.clear(),
  };
}

async function serveMessages(exchange: Exchange, cache: KeptPrefixes): Promise<void> {
  const { body, headers } = exchange;
  const subject = {
    model: modelInBody(body),
    isPrefill: endsWith('assistant', toObject(body)['messages']),
  };
  await serveReply(exchange, subject, {
    read: () => {
      if (headers['anthropic-version'] !== undefined) return readMessagesRequest(body);
      throw createNoAnswer('anthropic-version: header is required');
    },
    admit: (request) => ({
      ...request,
      cached: cache.take(toObject(body), exchange.key ?? ''),
    }),
    toWhole,
    toStream,
  });
}

/** Counts four bytes per token. */
function serveCount(exchange: Exchange): Promise<void> {
  const { body, bytes } = exchange;
  return serveJson(exchange, { model: modelInBody(body) }, () => {
    readMessagesRequest(
      isJsonObject(body) ? { ...body, max_tokens: 1, thinking: undefined } : undefined,
    );
    return { input_tokens: Math.ceil(bytes.length / 4) };
  });
}

function encodeModels(names: readonly string[]): object {
  const created_at = '2026-01-01T00:00:00Z';
  const data = names.map((id) => ({ type: 'model', id, display_name: id, created_at }));
  return { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null };
}
