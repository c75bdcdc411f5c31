/** What the certificate of a server says, good or not: a handshake of TLS by which nothing is asked and nothing is told. */

import type { Socket } from 'node:net';
import { connect, getCACertificates, type TLSSocket } from 'node:tls';
import type { CertificateReading, Clock } from '../host.ts';
import { Call } from './call.ts';
import { limitOpening } from './http1/open-socket.ts';
import { type Destination, parseOrigin } from './http1/origin.ts';
import { Tunnel } from './http1/tunnel.ts';
import type { ChooseProxy } from './proxies.ts';

interface Way {
  readonly clock: Clock;
  readonly destination: Destination;
  readonly chooseProxy: ChooseProxy;
}

/** Rejects where nobody shows one. */
export async function readCertificate(
  origin: string,
  { clock, chooseProxy }: Omit<Way, 'destination'>,
): Promise<CertificateReading> {
  const way = { clock, destination: parseOrigin(origin), chooseProxy };
  const reading = await shakeHands(way);
  if (reading.fault === undefined) return reading;
  // Node has a list of its own, and looks at the machine's only where it is told to.
  const { fault } = await shakeHands(way, getCACertificates('system'));
  return fault === undefined ? { ...reading, isTrustedBySystem: true } : reading;
}

async function shakeHands(way: Way, ca?: string[]): Promise<CertificateReading> {
  const { clock, destination } = way;
  const { hostname, port, serverName } = destination;
  const via = await openWay(way);
  const { promise, resolve, reject } = Promise.withResolvers<CertificateReading>();
  const to = { socket: via, host: hostname, port, servername: serverName };
  const socket = connect({ ...to, ca, rejectUnauthorized: false });
  const limit = limitOpening(socket, { clock, host: destination.host });
  socket.once('error', reject);
  socket.once('secureConnect', () => resolve(readPeer(socket)));
  try {
    return await promise;
  } finally {
    limit.cancel();
    socket.destroy();
  }
}

function readPeer(socket: TLSSocket): CertificateReading {
  const { issuer, valid_to: end } = socket.getPeerCertificate();
  const name = [issuer.CN, issuer.O].flat().find((text) => text !== undefined);
  const fault: unknown = socket.authorizationError;
  const reading = { issuer: name ?? 'nobody that it names', endsAt: Date.parse(end) };
  if (socket.authorized) return reading;
  return {
    ...reading,
    fault: fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault),
  };
}

/** The proxy's socket, where the environment names one for this server. */
async function openWay({ clock, destination, chooseProxy }: Way): Promise<Socket | undefined> {
  const proxy = chooseProxy(destination);
  if (proxy === undefined) return undefined;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const nothing = (): void => undefined;
  const call = new Call({ onHead: nothing, onData: nothing, onEnd: nothing, onError: reject });
  call.begin(new Tunnel(call, { clock, destination, proxy, onOpen: resolve, onOver: nothing }));
  return promise;
}
