/**
 * A gateway with an admin key and keys of single callers, in front of a simulated provider, in a
 * home of its own.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallerKeysPlace, createCallerKeys } from '../../src/gateway/caller-keys.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

export const key = `hf_test_${'f'.repeat(24)}`;
export const adminKey = `hf_test_${'a'.repeat(24)}`;

export type KeyedGateway = Awaited<ReturnType<typeof startKeyedGateway>>;

export async function startKeyedGateway(
  configFor: (sim: SimulatedProvider) => object,
  dotenv = '',
) {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-keyed-'));
  const sim = await startSimulatedProvider({ keepBodies: true });
  const configPath = join(home, 'config.yaml');
  writeFileSync(configPath, JSON.stringify(configFor(sim)));
  if (dotenv !== '') writeFileSync(join(home, '.env'), dotenv);
  const host = createNodeHost({ HOLDFAST_HOME: home });
  const runtime = createRuntime({ host, store: 'in-place' });
  const place: CallerKeysPlace = { host, path: runtime.paths.callerKeysFile };
  const faults: string[] = [];
  const callerKeys = createCallerKeys(host, place.path, (text) => void faults.push(text));
  const gateway = await startGateway({ runtime, key, adminKey, callerKeys });
  const stop = async (): Promise<void> => {
    await gateway.close();
    await runtime.close();
    await host.close();
    await sim.close();
    rmSync(home, { recursive: true });
  };
  return { home, configPath, sim, host, runtime, place, faults, gateway, stop };
}
