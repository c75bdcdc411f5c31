/** What `holdfast connect` looks at: the gateway as configured, the command for its key, and the user's folders. */

import { fileURLToPath } from 'node:url';
import { type Paths, resolvePaths } from '../config/files/paths.ts';
import { resolveUnconfiguredGateway } from '../config/resolve/resolve-gateway.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { describeGateway } from '../connect/gateway-place.ts';
import type { GatewayPlace, UserPlace } from '../connect/settings.ts';
import { findProgram, userPlace } from '../connect/user-place.ts';
import { ConfigError } from '../errors.ts';
import { readGatewayKey } from '../gateway/key.ts';
import { createNodeHost } from '../host/node-host.ts';
import type { Host } from '../host.ts';
import { quietly, withRuntime } from './with-runtime.ts';

export interface ConnectScene {
  readonly host: Host;
  readonly gateway: GatewayPlace;
  readonly user: UserPlace;
  readonly stateFolder: string;
  /** Undefined when nothing is configured yet. */
  readonly config: ResolvedConfig | undefined;
  /** The gateway's key; undefined while there is none. */
  readonly key: string | undefined;
  /** The same, made where there is none yet: an agent may refuse to start over a file that is missing. */
  makeKey(): string;
  close(): Promise<void>;
}

/** Throws `ConfigError` for a configuration that cannot be used; to have none is no fault here. */
export async function openConnectScene(): Promise<ConnectScene> {
  const host = createNodeHost();
  const paths = resolvePaths(host.environment);
  const { stateFolder, gatewayKeyFile } = paths;
  const user = userPlace(host);
  const config = await readConfig(host);
  const place = config?.gateway ?? resolveUnconfiguredGateway(host.environment);
  const gateway = describeGateway({
    host: place.host.value,
    port: place.port.value,
    keyCommand: keyCommandOf(user, host.executable),
    keyFile: user.variable('HOLDFAST_GATEWAY_KEY') === undefined ? gatewayKeyFile : undefined,
    hasTitleTask: config?.routes.has('title_generation') === true,
    window: describeWindow(config),
  });
  return {
    host,
    gateway,
    user,
    stateFolder,
    config,
    key: readKey(host, paths),
    makeKey: () => readGatewayKey(host, paths),
    close: () => host.close(),
  };
}

function describeWindow(config: ResolvedConfig | undefined): GatewayPlace['window'] {
  const first = config?.routes.get('main')?.targets[0]?.target;
  const { contextWindow: context, maxOutput: output } = first ?? {};
  return { ...(context === undefined ? {} : { context }), ...(output === undefined ? {} : { output }) };
}

/** The key as it is; a broken one is told by `holdfast key` and by whatever needs it. */
function readKey(host: Host, paths: Paths): string | undefined {
  const { environment, files } = host;
  try {
    const isThere = environment.get('HOLDFAST_GATEWAY_KEY') || files.stamp(paths.gatewayKeyFile);
    return isThere ? readGatewayKey(host, paths) : undefined;
  } catch {
    return undefined;
  }
}

/** Read once: a runtime of its own would watch files and keep the process alive. */
async function readConfig(host: Host): Promise<ResolvedConfig | undefined> {
  try {
    return await withRuntime({ ...quietly, host }, (runtime) => runtime.config());
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'nothing-configured') return undefined;
    throw error;
  }
}

/** A home of our own is part of the command: the agent may be started without it. */
function keyCommandOf(user: UserPlace, node: string): GatewayPlace['keyCommand'] {
  const program = findProgram(user, 'holdfast');
  const isThere = program !== undefined && !isPassing(program);
  const start: GatewayPlace['keyCommand'] = isThere ? ['holdfast', 'key'] : [node, launcherPath(), 'key'];
  const home = user.variable('HOLDFAST_HOME');
  return home === undefined ? start : ['env', `HOLDFAST_HOME=${home}`, ...start];
}

/** What npm and npx put on the PATH is there for one run only. */
function isPassing(program: string): boolean {
  return program.includes('/node_modules/.bin/');
}

/** Started with the Node that runs us: the agent's own may be older. */
function launcherPath(): string {
  return fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
}
