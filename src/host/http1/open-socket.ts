/**
 * Opens the socket of a connection (step 3 of a request): TCP, with TLS above it where the origin says so. Of several
 * addresses Node tries one after the other until one answers (happy eyeballs, RFC 8305).
 */

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../host.ts';
import { lookUp } from './look-up.ts';
import type { Destination } from './origin.ts';
import { WireError } from './wire-error.ts';

/** Name look-up, TCP and TLS together. */
const connectTimeoutMs = 10_000;
/** After so long a silence the kernel asks whether the other side is still there. */
const probeAfterMs = 60_000;

/** Lets the next connection to the same origin skip half of its handshake. */
export interface TlsSession {
  bytes: Buffer | undefined;
}

export interface SocketOpening {
  readonly destination: Destination;
  readonly session: TlsSession;
  readonly clock: Clock;
  /** It is open; over TLS, the certificate was found good. Before that nothing may be written. */
  readonly onOpen: () => void;
}

/** A socket that is being opened. Where that fails, or takes longer than 10 s, it ends with an `error`. */
export function openSocket({ destination, session, clock, onOpen }: SocketOpening): Socket {
  const socket = destination.isSecure ? openTls(destination, session) : openTcp(destination);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, probeAfterMs);
  const timer = clock.startTimer(connectTimeoutMs, () => {
    const message = `no connection to ${destination.host} within ${connectTimeoutMs / 1000} s`;
    socket.destroy(new WireError('ETIMEDOUT', message));
  });
  socket.once('close', () => timer.cancel());
  socket.once(destination.isSecure ? 'secureConnect' : 'connect', () => {
    timer.cancel();
    onOpen();
  });
  return socket;
}

function openTcp({ hostname, port }: Destination): Socket {
  return connectTcp({ host: hostname, port, lookup: lookUp });
}

function openTls({ hostname, port, serverName }: Destination, session: TlsSession): Socket {
  const socket = connectTls({
    host: hostname,
    port,
    lookup: lookUp,
    ALPNProtocols: ['http/1.1'],
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(session.bytes === undefined ? {} : { session: session.bytes }),
  });
  socket.on('session', (bytes) => {
    session.bytes = bytes;
  });
  socket.once('error', () => {
    session.bytes = undefined;
  });
  return socket;
}
