/**
 * Where a gateway's connections come from: its port; for a primary, a private socket, while its
 * workers serve the port; for a worker, the primary, which accepts them.
 */

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from '../config/resolve/resolve-gateway.ts';
import type { Clock } from '../host.ts';
import { cannotListen } from './refusals.ts';

/** The address that clients know, and how connections get from there to this process. */
export interface IntakePlace {
  readonly host: string;
  /** With 0, the system chooses one. */
  readonly port: number;
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
  /** Takes no more connections; resolves when all have been closed. */
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
  const { onConnection } = place;
  return onConnection === undefined
    ? listen(server, place)
    : takeFrom(onConnection, { server, place, clock });
}

function listen(server: Server, place: IntakePlace): Promise<Intake> {
  const { host, port, socketPath: path } = place;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, host, port)));
    server.listen(path === undefined ? { host, port } : { path }, () => {
      const address = server.address(); // with port 0, the system chooses one
      const own = typeof address === 'object' && address !== null ? address : undefined;
      resolve({
        ...addressOf(host, own?.port ?? port, own?.address ?? ''),
        hasNew: () => false,
        stop: () => new Promise((closed) => server.close(() => closed())),
      });
    });
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
    ...addressOf(place.host, place.port, place.host),
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

/** `address` is the one that the system knows. */
function addressOf(
  host: string,
  port: number,
  address: string,
): Pick<Intake, 'url' | 'port' | 'isLoopback'> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url, port, isLoopback: isLoopback(address) };
}
