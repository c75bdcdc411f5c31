/**
 * Opens the socket of a connection (step 3 of a request): TCP, with TLS above it where the origin
 * says so. Of several addresses Node tries one after the other until one answers (happy eyeballs,
 * RFC 8305).
 */

import { lookup } from 'node:dns';
import { closeSync, openSync } from 'node:fs';
import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net';
import { devNull } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { findFileShortage } from '../../errors.ts';
import type { Clock, Timer } from '../../host.ts';
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
  /** A socket that leads there already. Default: one of our own. */
  readonly via?: Socket | undefined;
  readonly session: TlsSession;
  readonly clock: Clock;
  /** It is open; over TLS, the certificate was found good. Before that nothing may be written. */
  readonly onOpen: () => void;
}

/**
 * A socket that is being opened. Where that fails, or takes longer than 10 s, it ends with an
 * `error`.
 */
export function openSocket(opening: SocketOpening): Socket {
  const { destination, session, clock, onOpen, via } = opening;
  const socket = destination.isSecure
    ? openTls(destination, session, via)
    : (via ?? openTcp(destination));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, probeAfterMs);
  if (socket === via) {
    queueMicrotask(onOpen);
    return socket;
  }
  const limit = limitOpening(socket, { clock, host: destination.host });
  socket.once(destination.isSecure ? 'secureConnect' : 'connect', () => {
    limit.cancel();
    onOpen();
  });
  return socket;
}

/** Ends the socket with an `error` in 10 s, unless it is cancelled. */
export function limitOpening(
  socket: Socket,
  { clock, host }: { readonly clock: Clock; readonly host: string },
): Timer {
  const limit = clock.startTimer(connectTimeoutMs, () => {
    const message = `no connection to ${host} within ${connectTimeoutMs / 1000} s`;
    socket.destroy(new WireError('ETIMEDOUT', message));
  });
  socket.once('close', () => limit.cancel());
  return limit;
}

function openTcp({ hostname, port }: Destination): Socket {
  return connectTcp({ host: hostname, port, lookup: lookUpHost });
}

function openTls(
  { hostname, port, serverName }: Destination,
  session: TlsSession,
  via: Socket | undefined,
): Socket {
  const socket = connectTls({
    socket: via,
    host: hostname,
    port,
    lookup: lookUpHost,
    ALPNProtocols: ['http/1.1'],
    servername: serverName,
    session: session.bytes,
  });
  socket.on('session', (bytes) => {
    session.bytes = bytes;
  });
  socket.once('error', () => {
    session.bytes = undefined;
  });
  return socket;
}

/**
 * Where this process has no descriptor left the system's resolver says that there is no such name,
 * which would be the provider's fault: the system is asked what is true.
 */
const lookUpHost: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, address, family) => {
    callback(error === null ? null : (findOwnFault() ?? error), address, family);
  });
};

/** The system's own words for it, when not even this can be opened. */
function findOwnFault(): Error | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error instanceof Error && findFileShortage(error) !== undefined ? error : undefined;
  }
}
