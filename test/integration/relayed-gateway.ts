/**
 * The gateway of a primary and that of a worker in one process: the worker relays what is the
 * primary's over a real socket. The primary also has a port of its own, so that both answers can be
 * compared.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveRequest } from '../../src/explain/snapshot/snapshot.ts';
import { createCallerKeys } from '../../src/gateway/caller-keys.ts';
import type { GatewayInRole, Workers } from '../../src/gateway/processes.ts';
import { Relay } from '../../src/gateway/relay.ts';
import { startGatewayAs } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createPrivateSocket } from '../../src/host/private-socket.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { startSimulatedProvider } from '../../src/sim/index.ts';
import { adminKey, key } from './keyed-gateway.ts';

export interface RelayedGateway {
  readonly runtime: Runtime;
  readonly primary: GatewayInRole;
  readonly worker: GatewayInRole;
  readonly socketPath: string;
  /** What the primary has asked its workers for. */
  readonly asked: string[];
  /** Answers in the place of the worker, if set. */
  answerLive: (() => Promise<readonly LiveRequest[]>) | undefined;
  /** Counts the connections that the worker has to the primary. */
  countRelayed(): number;
  /** Ends the primary as a kill does. */
  killPrimary(): void;
  stop(): Promise<void>;
}

export async function startRelayedGateway(): Promise<RelayedGateway> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-relayed-'));
  const sim = await startSimulatedProvider({});
  const config = {
    main: 'sim/sim/echo',
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
  const host = createNodeHost({ HOLDFAST_HOME: home });
  const open = (): Runtime => createRuntime({ host, store: 'in-place' });
  const [runtime, servingRuntime] = [open(), open()];
  const callerKeys = createCallerKeys(host, runtime.paths.callerKeysFile, () => undefined);
  const asked: string[] = [];
  const workers: Workers = {
    counts: () => ({ of: 2, running: 1, restarts: 3 }),
    inflight: () => stage.worker.inflight(),
    live: () => [stage.answerLive?.() ?? Promise.resolve(stage.worker.live())],
    reload: () => void asked.push('reload'),
    endReadiness: () => undefined,
    drain: async () => void asked.push('drain'),
    abort: () => void asked.push('abort'),
  };
  const options = { key, adminKey, callerKeys };
  const primary = await startGatewayAs({ workers }, { ...options, runtime });
  const socket = createPrivateSocket(host, home);
  const bridge = await openBridge(socket.path, primary.port);
  const { token, tally } = primary;
  const admin = new Relay(socket.path);
  const worker = await startGatewayAs(
    { primary: { token, tally, admin } },
    { ...options, runtime: servingRuntime },
  );
  const stage: RelayedGateway = {
    runtime,
    primary,
    worker,
    socketPath: socket.path,
    asked,
    answerLive: undefined,
    countRelayed: bridge.count,
    killPrimary: bridge.kill,
    stop: async () => {
      await Promise.all([worker.close(), primary.close()]);
      bridge.kill();
      socket.remove();
      await Promise.all([runtime.close(), servingRuntime.close()]);
      await host.close();
      await sim.close();
      rmSync(home, { recursive: true });
    },
  };
  return stage;
}

/** Connections to the socket reach the port of the primary. */
async function openBridge(
  socketPath: string,
  port: number,
): Promise<{ readonly count: () => number; readonly kill: () => void }> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const kill = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { count: () => open.size / 2, kill };
}
