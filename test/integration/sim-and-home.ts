/**
 * What many tests begin with: one simulated provider for all of a file, and an empty home for each
 * test.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

export interface SimAndHome {
  readonly sim: SimulatedProvider;
  /** A folder. */
  readonly home: string;
}

/** To be called once, at the top of a test file: what it gives is there when a test runs. */
export function useSimAndHome(): SimAndHome {
  let sim: SimulatedProvider;
  let home: string;
  beforeAll(async () => {
    sim = await startSimulatedProvider();
  });
  afterAll(() => sim.close());
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'holdfast-home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  return {
    get sim() {
      return sim;
    },
    get home() {
      return home;
    },
  };
}
