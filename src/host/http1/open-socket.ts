/**
 * Opens the socket of a connection (step 3 of a request): TCP, with TLS for https origins. Node
 * tries several addresses in turn (happy eyeballs, RFC 8305).
 */

import { lookup } from 'node:dns';
import { closeSync, openSync } from 'node:fs';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { devNull } from 'node:os';
import { checkServerIdentity, connect as connectTls, type PeerCertificate } from 'node:tls';
import { findFileShortage } from '../../errors.ts';
import type { Clock, Timer } from '../../host.ts';
import type { Destination } from './origin.ts';
import { WireError } from './wire-error.ts';

/** Covers name look-up, TCP and TLS together. */
const connectTimeoutMs = 10_000;
/** After this much silence the kernel checks whether the other side is still there (keep-alive). */
const probeAfterMs = 60_000;

/** With a session ticket the next connection to the same origin saves half of the TLS handshake. */
export interface TlsSession {
  bytes: Buffer | undefined;
}

export interface SocketOpening {
  readonly destination: Destination;
  /** An existing socket to use, such as a tunnel. Default: open a new one. */
  readonly via?: Socket | undefined;
  readonly session: TlsSession;
  readonly clock: Clock;
  /** The socket is writable; with TLS, the certificate is verified. */
  readonly onOpen: () => void;
}

/**
 * Returns a socket that is being opened. If that fails, or takes more than 10 s, it emits an
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
  const { host, hostname, isSecure } = destination;
  const limit = limitOpening(socket, {
    clock,
    host,
    isSecure,
    toLookUp: via === undefined ? hostname : undefined,
  });
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    limit.cancel();
    onOpen();
  });
  return socket;
}

/** Ends the socket with an `error` after 10 s unless cancelled. */
export function limitOpening(
  socket: Socket,
  {
    clock,
    host,
    isSecure = false,
    toLookUp = '',
  }: {
    readonly clock: Clock;
    readonly host: string;
    readonly isSecure?: boolean;
    /** The name that is looked up first. Default: none is. */
    readonly toLookUp?: string | undefined;
  },
): Timer {
  let isNamed = toLookUp === '' || isIP(toLookUp) !== 0;
  if (!isNamed) socket.once('lookup', () => (isNamed = true));
  const seconds = `within ${connectTimeoutMs / 1000} s`;
  const limit = clock.startTimer(connectTimeoutMs, () => {
    const isMute = isSecure && !socket.connecting;
    const late = isMute
      ? new WireError('ERR_TLS_HANDSHAKE_TIMEOUT', `${host} answered no TLS handshake ${seconds}`)
      : new WireError('ETIMEDOUT', `no connection to ${host} ${seconds}`);
    const unnamed = `the name server did not answer for ${toLookUp} ${seconds}`;
    socket.destroy(isNamed ? late : new WireError('EAI_AGAIN', unnamed));
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
    checkServerIdentity: nameOwner,
  });
  socket.on('session', (bytes) => {
    session.bytes = bytes;
  });
  socket.once('error', () => {
    session.bytes = undefined;
  });
  return socket;
}

/** Node names the hosts of a certificate only where a name was asked for, not an address. */
function nameOwner(hostname: string, certificate: PeerCertificate): Error | undefined {
  const error = checkServerIdentity(hostname, certificate);
  if (error !== undefined && isIP(hostname) !== 0)
    error.message += ` (${certificate.subjectaltname ?? ''})`;
  return error;
}

/**
 * Node asks for no IPv6 address where this machine has none, and then the name looks unknown. When
 * this process is out of file descriptors, the system's resolver reports an unknown name,
 * which would look like the provider's fault. So the real cause is checked here.
 */
const lookUpHost: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, address, family) => {
    if (error?.code === 'ENOTFOUND' && options.hints !== 0 && findOwnFault() === undefined)
      lookup(hostname, { ...options, hints: 0 }, callback);
    else callback(error === null ? null : (findOwnFault() ?? error), address, family);
  });
};

/** Returns the system's error if this process cannot even open a file. */
function findOwnFault(): Error | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error instanceof Error && findFileShortage(error) !== undefined ? error : undefined;
  }
}
