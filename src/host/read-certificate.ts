/** Reads a server's certificate, valid or not, by a TLS handshake that sends no request. */

import { checkServerIdentity, connect, getCACertificates, type TLSSocket } from 'node:tls';
import { codeOf } from '../errors.ts';
import type { CertificateReading } from '../host.ts';
import { limitOpening } from './http1/open-socket.ts';
import { parseOrigin } from './http1/origin.ts';
import { openWay, type Way } from './try-connection.ts';

/** Rejects if the server shows no certificate. */
export async function readCertificate(
  origin: string,
  { clock, chooseProxy }: Omit<Way, 'destination'>,
): Promise<CertificateReading> {
  const way = { clock, destination: parseOrigin(origin), chooseProxy };
  const reading = await shakeHands(way);
  if (reading.fault === undefined) return reading;
  // Node has a list of its own, and uses the machine's certificates only on request.
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
  socket.once('secureConnect', () => resolve(readPeer(socket, hostname)));
  try {
    return await promise;
  } finally {
    limit.cancel();
    socket.destroy();
  }
}

function readPeer(socket: TLSSocket, hostname: string): CertificateReading {
  const peer = socket.getPeerCertificate();
  const { issuer, valid_from: start, valid_to: end } = peer;
  const name = [issuer.CN, issuer.O].flat().find((text) => text !== undefined);
  const fault: unknown = socket.authorizationError;
  const valid = { startsAt: Date.parse(start), endsAt: Date.parse(end) };
  const reading = { issuer: name ?? 'an unnamed issuer', ...valid };
  if (socket.authorized) return reading;
  const isForOther = checkServerIdentity(hostname, peer) !== undefined;
  return {
    ...reading,
    fault: codeOf(fault) ?? String(fault),
    ...(isForOther && { isForOther }),
  };
}
