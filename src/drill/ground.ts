/** Starts the simulated providers for a cell, one for every pool of keys, and applies the fault. */

import { type SimAttempt, type SimFaultOption, startSimulatedProvider } from '../sim/index.ts';
import type { DrillFault } from './faults.ts';

export interface Ground {
  readonly pools: readonly string[];
  /** Returns the base URL of the server for a pool. */
  readonly urlOf: (pool: string) => string;
  /** Returns the simulated key for a key of a pool. Every key is valid until a fault changes it. */
  readonly keyOf: (pool: string, index: number) => string;
  /** Returns the requests that arrived there, oldest first. */
  readonly logOf: (pool: string) => readonly SimAttempt[];
  readonly close: () => Promise<void>;
}

/**
 * Starts a server for each pool, or one for all of them with a site for each. Every pool gets at
 * least one key.
 */
export async function prepareGround(
  { fault, timeScale }: { readonly fault: DrillFault; readonly timeScale: number },
  keyCounts: ReadonlyMap<string, number>,
  firstPool: string,
): Promise<Ground> {
  const pools = [...keyCounts.keys()];
  const hosts = fault.isOneHost === true ? [pools] : pools.map((pool) => [pool]);
  const siteOf = (pool: string): string =>
    fault.isOneHost === true ? `/account-${pools.indexOf(pool) + 1}` : '';
  const keyOf = (pool: string, index: number): string =>
    `sk-sim-good+${fault.isOneHost === true ? 'shared' : pool.replaceAll(/[^\w-]/g, '-')}-${index + 1}`;
  const keysOf = (pool: string): readonly string[] =>
    Array.from({ length: Math.max(1, keyCounts.get(pool) ?? 0) }, (_, index) => keyOf(pool, index));
  const faultsOf = (pool: string): readonly SimFaultOption[] => {
    const site = siteOf(pool);
    const name = pool === firstPool ? fault.first : fault.others;
    if (name === undefined) return [];
    const isOfKeys = pool === firstPool && fault.ofKeys !== undefined;
    return (isOfKeys ? keysOf(pool) : [undefined]).map((key) => ({ key, site, fault: name }));
  };
  const started = await Promise.all(
    hosts.map(async (host) => {
      const sites = host.map(siteOf).filter((site) => site !== '');
      const options = { timeScale, sites, slots: fault.slots };
      const keys = host.flatMap(keysOf);
      const sim = await startSimulatedProvider({
        ...options,
        keys,
        faults: host.flatMap(faultsOf),
      });
      return host.map((pool) => [pool, sim] as const);
    }),
  );
  const sims = new Map(started.flat());
  return {
    pools,
    keyOf,
    urlOf: (pool) => `${sims.get(pool)?.origin ?? 'http://127.0.0.1:9'}${siteOf(pool)}/v1`,
    logOf: (pool) =>
      (sims.get(pool)?.log() ?? []).filter(({ path }) => path.startsWith(`${siteOf(pool)}/`)),
    close: async () => {
      await Promise.all([...new Set(sims.values())].map((sim) => sim.close()));
    },
  };
}
