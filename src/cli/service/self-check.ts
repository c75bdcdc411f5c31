/**
 * Checks which keys the service will find for its routes: the same look as `auth list`, in the
 * service's environment.
 */

import { createDotenv } from '../../config/files/dotenv.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { ConfigError, formatProblem } from '../../errors.ts';
import { createNodeHost } from '../../host/node-host.ts';
import type { Runtime } from '../../runtime.ts';
import {
  asEnvironment,
  buildServiceEnvironment,
  type EnvironmentTable,
  listMissingVariables,
  type MissingVariable,
} from '../../service/environment.ts';
import { checkPools, listUnusable, type PoolCheck } from '../../service/route-check.ts';
import {
  inPlace,
  isConfigUnusable,
  quietly,
  withRuntime,
  withRuntimeUnless,
} from '../context/with-runtime.ts';
import type { ServiceControl } from './control.ts';

export interface SelfCheck {
  readonly pools: readonly PoolCheck[];
  /** These tasks have no key. */
  readonly unusable: readonly string[];
  /** Variables that this shell has and the service lacks. */
  readonly missing: readonly MissingVariable[];
  /** Says why the service would not start. Absent: it would. */
  readonly refused?: string;
}

/** `asked` is the environment as the supervisor reported it. */
export async function checkService(control: ServiceControl, asked: string): Promise<SelfCheck> {
  const { host, plan } = control;
  const service = buildEnvironment(control, asked);
  const missing = await findMissing(control, asked);
  const isOther = plan.account.home !== host.environment.get('HOME');
  try {
    const pools = await lookAs(service, isOther);
    return { pools, missing, unusable: listUnusable(pools) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      pools: [],
      missing,
      unusable: ['main'],
      refused: error.problems
        .slice(0, 1)
        .map((problem) => formatProblem(problem))
        .join(''),
    };
  }
}

/** Another user's state file is not opened, since files that we create there would belong to us. */
async function lookAs(service: EnvironmentTable, isOther: boolean): Promise<readonly PoolCheck[]> {
  const host = createNodeHost(service);
  const look = async (runtime: Runtime): Promise<readonly PoolCheck[]> => {
    const { signal } = new AbortController();
    return checkPools(runtime.config(), await runtime.keys.report({ signal }));
  };
  try {
    return await withRuntime({ ...(isOther ? quietly : inPlace), host }, look);
  } finally {
    await host.close();
  }
}

/** The environment that the service has, where `asked` is its manager's. */
export function buildEnvironment(
  { host, plan }: Pick<ServiceControl, 'host' | 'plan'>,
  asked: string,
): EnvironmentTable {
  const { files } = host;
  const { environmentFile: path } = plan;
  const fileText = files.stamp(path) === undefined ? undefined : files.readText(path);
  return buildServiceEnvironment(plan, { asked, fileText });
}

/** Finds the variables that this shell has and the service lacks. */
export async function findMissing(
  control: ServiceControl,
  asked: string,
): Promise<readonly MissingVariable[]> {
  const { host, plan } = control;
  const service = buildEnvironment(control, asked);
  const dotenv = createDotenv(host, resolvePaths(asEnvironment(service)).dotenvFile);
  // as this shell would resolve them
  const pools = await withRuntimeUnless(
    isConfigUnusable,
    { ...quietly, host },
    (runtime) => runtime.config().pools,
  );
  return listMissingVariables({
    shell: host.environment.all(),
    service,
    config: { pools: pools ?? new Map() },
    isInDotenv: (name) => dotenv.current().variables.get(name) !== undefined,
    environmentFile: plan.environmentFile,
  });
}
