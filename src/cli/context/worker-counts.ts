/** Asks a gateway of this home about its workers and its fleet, for `holdfast health`. */

import { resolvePaths } from '../../config/files/paths.ts';
import { AccessError } from '../../errors.ts';
import type { HealthAnswer } from '../../gateway/admin/answers.ts';
import { readAdminKey } from '../../gateway/key.ts';
import { createNodeHost } from '../../host/node-host.ts';
import type { Environment } from '../../host.ts';
import { askAdminApi } from './gateway-readings.ts';

/** Undefined if the gateway does not say. It must have proved that it is of this home. */
export async function askWorkerCounts(
  environment: Environment,
  url: string,
): Promise<Pick<HealthAnswer, 'workers' | 'fleet'> | undefined> {
  const host = { ...createNodeHost(), environment };
  try {
    const adminKey = readAdminKey(host, resolvePaths(environment));
    const from = { kind: 'gateway', text: url } as const;
    const asking = { host, url, adminKey, from };
    return await askAdminApi<HealthAnswer>(asking, { path: 'health', method: 'GET' });
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  } finally {
    await host.close();
  }
}
