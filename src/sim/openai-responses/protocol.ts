/** The protocol openai-responses as the simulated provider speaks it: its route and its error bodies. */

import type { SimProtocol } from '../exchange.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { KeptResponses } from './kept-responses.ts';
import { serveResponses } from './responses.ts';

/** Responses, with what the vendor keeps between them; `forget` begins anew. */
export function createOpenaiResponses(): SimProtocol & { readonly forget: () => void } {
  const kept = new KeptResponses();
  return {
    routes: [{ method: 'POST', path: '/responses', serve: (exchange) => serveResponses(exchange, kept) }],
    encodeError: openaiChat.encodeError,
    forget: () => kept.clear(),
  };
}
