/**
 * The primary of `serve --workers N`: it has the port, which it shares out among N worker
 * processes, and all that exists once: the state file, the admin API, the log, the run file.
 */

import type { Gateway, GatewayOptions } from '../gateway/gateway.ts';
import { startGatewayAs } from '../gateway/server.ts';
import { describeVersion } from '../host/describe-version.ts';
import { createPrivateSocket } from '../host/private-socket.ts';
import { startWorker } from '../host/worker-process.ts';
import type { SharedChannel } from '../store/shared-channel.ts';
import { Port } from './accept.ts';
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
  const { runtime, socket } = options;
  const { host, port: number } = runtime.config().gateway;
  const port = new Port();
  const listening = await port.listen({ host: host.value, port: number.value, socket });
  const address = socket === undefined ? host.value : listening.address;
  try {
    return await startBehind(port, { host: address, port: listening.port }, options);
  } catch (error) {
    port.close();
    throw error;
  }
}

async function startBehind(
  port: Port,
  address: { readonly host: string; readonly port: number },
  { store, workers: size, ...options }: PrimaryOptions,
): Promise<PrimaryGateway> {
  const { runtime } = options;
  const { host, paths, emit } = runtime;
  const socket = createPrivateSocket(host, paths.folder);
  const place = { ...address, socketPath: socket.path };
  const promptKey = host.randomToken(16);
  const { shared } = runtime;
  const pool = new WorkerPool({
    port,
    size,
    drainTimeoutMs: () => runtime.config().gateway.drainTimeoutMs,
    startWorker,
    hear: shared.hear,
    duties: {
      clock: host.clock,
      store,
      version: describeVersion(),
      start: () => ({
        ...place,
        workers: size,
        token: gateway.token,
        promptKey,
        news: shared.list(),
      }),
      taskSlots: shared.taskSlots,
      keep: runtime.keep,
      note: (record) => gateway.tally.note(record),
      noteRefusal: (refusal) => gateway.tally.noteRefusal(refusal),
      onEvent: emit,
    },
  });
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
