/**
 * Collects what `holdfast connect` needs: the configured gateway, the command for its key, and the
 * user's folders.
 */

import { resolveUnconfiguredGateway } from '../../config/resolve/resolve-gateway.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { describeGateway } from '../../connect/gateway-address.ts';
import type { Agent, GatewayAddress, UserHome } from '../../connect/settings.ts';
import { readUserHome } from '../../connect/user-home.ts';
import { type AgentKeyPlace, agentKeyPath, readAgentKey } from '../../gateway/agent-key.ts';
import type { Host } from '../../host.ts';
import type { HomeContext } from '../terminal/terminal.ts';
import { listKeyWords } from './key-command.ts';
import { isUnconfigured } from './trial.ts';
import { quietly, withRuntimeUnless } from './with-runtime.ts';

export interface ConnectContext {
  readonly host: Host;
  /** The gateway as all agents see it. */
  readonly gateway: GatewayAddress;
  readonly user: UserHome;
  readonly stateFolder: string;
  /** Undefined when nothing is configured yet. */
  readonly config: ResolvedConfig | undefined;
  /**
   * The gateway's address for this agent, and its own key. The key is undefined until it is
   * created.
   */
  placeOf(agent: Agent): { readonly gateway: GatewayAddress; readonly key: string | undefined };
  keyPlaceOf(agent: Agent): AgentKeyPlace;
}

/**
 * Throws `ConfigError` for an invalid configuration, except with `mayBeBroken`; a missing one is
 * fine. `running` is the address of a gateway that runs, which counts more than the configured one.
 */
export async function openConnectContext(
  { host, paths }: HomeContext,
  mayBeBroken = false,
  running?: string,
): Promise<ConnectContext> {
  const { stateFolder, gatewayKeyFile } = paths;
  const user = readUserHome(host);
  // read once: a runtime that stays would watch files and keep the process alive
  const config = await withRuntimeUnless(
    isUnconfigured,
    { ...quietly, host, mayBeBroken },
    (runtime) => runtime.config(),
  );
  const main = config?.routes.get('main')?.targets[0]?.target;
  const place = config?.gateway ?? resolveUnconfiguredGateway(host.environment);
  const there = running === undefined ? undefined : new URL(running);
  const shared = {
    host: there?.hostname.replace(/^\[|\]$/g, '') ?? place.host.value,
    port: there === undefined ? place.port.value : Number(there.port),
    keyCommand: listKeyWords(host),
    gatewayKeyFile:
      user.variable('HOLDFAST_GATEWAY_KEY') === undefined ? gatewayKeyFile : undefined,
    tasks: [...(config?.routes.keys() ?? [])],
    window: { context: main?.contextWindow, output: main?.maxOutput },
    takesImages: config === undefined || takesImages(config),
  };
  const gateway = describeGateway(shared);
  return {
    host,
    gateway,
    user,
    stateFolder,
    config,
    placeOf: ({ name, sharesKey }) => {
      if (sharesKey === true) return { gateway, key: undefined };
      const gatewayKeyFile = agentKeyPath(stateFolder, name);
      const keyCommand = [...shared.keyCommand, '--of', name] as const;
      return {
        gateway: describeGateway({ ...shared, keyCommand, gatewayKeyFile }),
        key: readAgentKey(host.files, gatewayKeyFile),
      };
    },
    keyPlaceOf: ({ name }) => ({
      host,
      path: paths.callerKeysFile,
      keyFile: agentKeyPath(stateFolder, name),
      machine: config?.state === undefined ? undefined : host.machine,
    }),
  };
}

function takesImages({ routes, tasks, blindModels }: ResolvedConfig): boolean {
  const mode = tasks?.get('main')?.blindModels ?? blindModels;
  const targets = routes.get('main')?.targets ?? [];
  return mode === 'describe' || targets.some(({ target }) => target.images !== false);
}
