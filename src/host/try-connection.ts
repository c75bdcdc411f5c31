/**
 * Checks whether a server can be reached: opens a connection as a request would, and closes it
 * without sending anything.
 */

import type { Socket } from 'node:net';
import type { Clock } from '../host.ts';
import { Call } from './call.ts';
import { openSocket } from './http1/open-socket.ts';
import { type Destination, parseOrigin } from './http1/origin.ts';
import { Tunnel } from './http1/tunnel.ts';
import type { ChooseProxy } from './proxies.ts';

export interface Way {
  readonly clock: Clock;
  readonly destination: Destination;
  readonly chooseProxy: ChooseProxy;
}

/** Rejects with the error a request would get. */
export async function tryConnection(
  origin: string,
  { clock, chooseProxy }: Omit<Way, 'destination'>,
): Promise<void> {
  const destination = parseOrigin(origin);
  const proxy = chooseProxy(destination);
  // A plain request goes to the proxy itself, which connects to the server.
  const nearest = proxy?.isTunnel === false ? proxy.destination : destination;
  const via =
    proxy?.isTunnel === true ? await openWay({ clock, destination, chooseProxy }) : undefined;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const session = { bytes: undefined };
  const socket = openSocket({ destination: nearest, via, session, clock, onOpen: resolve });
  socket.unref();
  socket.once('error', reject);
  try {
    await promise;
  } finally {
    socket.destroy();
  }
}

/** Returns a socket to the proxy if the environment names one for this server. */
export async function openWay({
  clock,
  destination,
  chooseProxy,
}: Way): Promise<Socket | undefined> {
  const proxy = chooseProxy(destination);
  if (proxy === undefined) return undefined;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const nothing = (): void => undefined;
  const call = new Call({ onHead: nothing, onData: nothing, onEnd: nothing, onError: reject });
  call.begin(new Tunnel(call, { clock, destination, proxy, onOpen: resolve, onOver: nothing }));
  return promise;
}
