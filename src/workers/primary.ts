/**
 * The primary of `serve --workers N`: it has the port, which it shares out among N worker
 * processes, and all that exists once: the state file, the admin API, the log, the run file.
 */

import type { Gateway, GatewayOptions } from '../gateway/gateway.ts';
import { startGatewayAs } from '../gateway/server.ts';
import { describeVersion } from '../host/describe-version.ts';
import { createPrivateSocket, type PrivateSocket } from '../host/private-socket.ts';
import { startWorker } from '../host/worker-process.ts';
import type { SharedChannel } from '../store/shared-channel.ts';
import { Port } from './accept.ts';
import type { StartFacts } from './messages.ts';
import type { PrimarySide } from './worker-child.ts';
import { WorkerPool } from './worker-pool.ts';

export interface PrimaryOptions extends GatewayOptions {
  /** The way to the state file. */
  readonly store: SharedChannel;
  /** How many workers. */
  readonly workers: number;
}

export interface PrimaryGateway extends Gateway {
  /** Replaces every worker by a new one; no connection is refused meanwhile. */
  roll(): Promise<void>;
  /** Rejects when no worker is left and none can be started. */
  readonly hopeless: Promise<never>;
}

/**
 * Resolves when the first worker serves; the others follow. Rejects with `AccessError` if the port
 * cannot be had, or with the error of that first worker if it could not start.
 */
export async function startPrimary(options: PrimaryOptions): Promise<PrimaryGateway> {
  const { runtime, socket: held } = options;
  const { host, port: number } = runtime.config().gateway;
  const port = new Port();
  const socket = createPrivateSocket(runtime.host, runtime.paths.folder);
  try {
    const listening = await port.listen({ host: host.value, port: number.value, socket: held });
    const address = held === undefined ? host.value : listening.address;
    const place = { host: address, port: listening.port, socketPath: socket.path };
    return await startBehind({ port, socket, place }, options);
  } catch (error) {
    port.close();
    socket.remove();
    throw error;
  }
}

interface Front {
  readonly port: Port;
  readonly socket: PrivateSocket;
  readonly place: Pick<StartFacts, 'host' | 'port' | 'socketPath'>;
}

async function startBehind(
  { port, socket, place }: Front,
  { store, workers: size, ...options }: PrimaryOptions,
): Promise<PrimaryGateway> {
  const { runtime, key } = options;
  const promptKey = runtime.host.randomToken(16);
  const side: PrimarySide = {
    runtime,
    store,
    version: describeVersion(),
    get tally() {
      return gateway.tally;
    },
    start: () => {
      const [{ token }, news] = [gateway, runtime.shared.list()];
      const inForce = runtime.configInForce();
      return { ...place, workers: size, token, key, promptKey, news, inForce };
    },
  };
  const pool = new WorkerPool({ port, size, startWorker, side });
  const gateway = await startGatewayAs({ workers: pool, place }, options);
  const close = async (): Promise<void> => {
    await gateway.close();
    socket.remove();
  };
  const closeFor = async (error: unknown): Promise<never> => {
    await close();
    throw error;
  };
  await pool.begin().catch(closeFor);
  return {
    url: gateway.url,
    port: gateway.port,
    inflight: () => gateway.inflight(),
    abort: () => gateway.abort(),
    close,
    roll: () => pool.roll(),
    hopeless: pool.hopeless.catch(closeFor),
  };
}
