/** Counts the event streams that the gateways of this process have open. */

import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface StreamCount {
  /** Open now. */
  open(): number;
  /** Opened so far. */
  opened(): number;
  stop(): void;
}

export function countStreams(): StreamCount {
  const open = new Set<ServerResponse>();
  let opened = 0;
  const note = (message: unknown): void => {
    const { request, response } = parseStart(message);
    if (request.url !== '/admin/events') return;
    opened += 1;
    open.add(response);
    response.on('close', () => open.delete(response));
  };
  diagnostics.subscribe('http.server.request.start', note);
  return {
    open: () => open.size,
    opened: () => opened,
    stop: () => void diagnostics.unsubscribe('http.server.request.start', note),
  };
}

/** As Node documents this channel. */
function parseStart(message: unknown) {
  return message as { readonly request: IncomingMessage; readonly response: ServerResponse };
}
