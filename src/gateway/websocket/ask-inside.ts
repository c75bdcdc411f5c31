/**
 * Sends a request to our own server without a network: over a pipe in memory. What comes by
 * WebSocket thus takes the very path of every other request, with all its checks and laws.
 */

import { type ClientRequest, request, type Server } from 'node:http';
import { duplexPair } from 'node:stream';
import type { Headers } from '../../model/request.ts';

export interface InsideRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly body: readonly Buffer[];
  /** Hangs up, as a caller does that leaves. */
  readonly signal: AbortSignal;
}

export function askInside(
  server: Server,
  { path, headers, body, signal }: InsideRequest,
): ClientRequest {
  const [inside, outside] = duplexPair();
  // An end comes through the pipe, a hang-up does not. What was sent before a cut is still read.
  outside.once('close', () => inside.destroy());
  inside.once('close', () => {
    if (!inside.writableEnded) outside.push(null);
  });
  server.emit('connection', inside);
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  const asked = request({
    createConnection: () => outside,
    method: 'POST',
    path,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': length },
    signal,
  });
  for (const piece of body) asked.write(piece);
  asked.end();
  return asked;
}

/** Are about the connection on which the upgrade came, or about a body that it did not have. */
const ofUpgrade =
  /^(?:connection|upgrade|sec-websocket-.*|content-.*|transfer-encoding|te|trailer|expect|keep-alive|accept-encoding)$/;

/** Names the WebSocket itself, which the provider is not asked by. */
const betaOfWebSocket = /^responses_websockets=/;

/** Returns the headers of each request of a connection, from those of its upgrade. */
export function headersInside(upgrade: Headers): Headers {
  const kept = Object.entries(upgrade).flatMap(([name, value]) => {
    if (ofUpgrade.test(name)) return [];
    if (name !== 'openai-beta') return [[name, value] as const];
    const betas = value.split(',').filter((beta) => !betaOfWebSocket.test(beta.trim()));
    return betas.length === 0 ? [] : [[name, betas.join(',').trim()] as const];
  });
  return Object.fromEntries(kept);
}
