/**
 * Where a gateway's connections come from: its port; for a primary, a private socket, while its
 * workers serve the port; for a worker, the primary, which accepts them.
 */

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from '../config/resolve/resolve-gateway.ts';
import type { Clock } from '../host.ts';
import { formatPlace } from '../service/inherited-socket.ts';
import { type ListeningPort, listenAt, type PortPlace } from './listen-at.ts';
import { cannotListen } from './refusals.ts';

/** The address that clients know, and how connections get from there to this process. */
export interface IntakePlace extends PortPlace {
  /** Listens on this private socket, and others on the port. */
  readonly socketPath?: string;
  /** Calls back with each connection that another process has accepted on the port. */
  readonly onConnection?: (take: (connection: Socket) => void) => void;
}

export interface Intake {
  readonly url: string;
  readonly port: number;
  /** It listens where only this machine is: the configuration may name another address by now. */
  readonly isLoopback: boolean;
  /** Some connection is so new that its first request may still be on its way. */
  hasNew(): boolean;
  /** Takes no more connections; resolves when all are closed. */
  stop(): Promise<void>;
}

/** A client that has just connected sends its request within this time. */
const newMs = 1000;

/**
 * Rejects with `AccessError`: `port-in-use` if the port is taken, `config-invalid` for an address
 * that this machine does not have.
 */
export async function openIntake(
  server: Server,
  place: IntakePlace,
  clock: Clock,
): Promise<Intake> {
  const { onConnection, socketPath } = place;
  if (onConnection !== undefined) return takeFrom(onConnection, { server, place, clock });
  const listening =
    socketPath === undefined
      ? await listenAt(server, place)
      : await listenPrivately(server, socketPath, place);
  let stoppedAt = Number.NEGATIVE_INFINITY;
  return {
    ...listening,
    isLoopback: isLoopback(listening.address),
    // Which connections carried no request yet is not known here.
    hasNew: () => clock.monotonic() - stoppedAt < newMs,
    stop: () => {
      stoppedAt = clock.monotonic();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

function listenPrivately(
  server: Server,
  path: string,
  { host, port }: PortPlace,
): Promise<ListeningPort> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, { address: host, port })));
    const url = `http://${formatPlace(host, port)}`;
    server.listen({ path }, () => resolve({ address: '', port, url }));
  });
}

interface Taking {
  readonly server: Server;
  readonly place: IntakePlace;
  readonly clock: Clock;
}

/** The server itself never listens. */
function takeFrom(
  onConnection: NonNullable<IntakePlace['onConnection']>,
  { server, place, clock }: Taking,
): Intake {
  const taken = new Map<Socket, number>();
  let onEmpty: (() => void) | undefined;
  server.emit('listening'); // it checks from now on whether requests arrive in time
  onConnection((connection) => {
    taken.set(connection, clock.monotonic());
    connection.once('close', () => {
      taken.delete(connection);
      if (taken.size === 0) onEmpty?.();
    });
    server.emit('connection', connection);
  });
  return {
    url: `http://${formatPlace(place.host, place.port)}`,
    port: place.port,
    isLoopback: isLoopback(place.host),
    hasNew: () =>
      [...taken].some(([{ bytesRead }, at]) => bytesRead === 0 && clock.monotonic() - at < newMs),
    stop: () =>
      new Promise((resolve) => {
        onEmpty = resolve;
        server.close();
        if (taken.size === 0) resolve();
      }),
  };
}
