/** Two engine processes on one state file: what one learns the other knows within a second. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { markKey } from '../../src/credentials/health/marks.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { type EngineProcess, startEngineProcess } from '../processes/start-engine.ts';

let sim: SimulatedProvider;
let home: string;
let engines: EngineProcess[];
beforeEach(async () => {
  sim = await startSimulatedProvider();
  home = mkdtempSync(join(tmpdir(), 'holdfast-shared-'));
  engines = [];
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await sim.close();
  rmSync(home, { recursive: true });
});

async function startTwo(
  model: string,
  ...keys: readonly string[]
): Promise<readonly [EngineProcess, EngineProcess]> {
  const credentials = keys.map((key, index) => ({ label: `${index}`, api_key: key }));
  const config = {
    main: { provider: 'sim', model },
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', credentials } },
  };
  const [one, other] = await Promise.all([
    startEngineProcess(home, config),
    startEngineProcess(home, config),
  ]);
  engines.push(one, other);
  return [one, other];
}

/** How long it took until the engine's marks were these. */
async function untilMarks(engine: EngineProcess, expected: readonly string[]): Promise<number> {
  const before = performance.now();
  while (String(await engine.marks()) !== String(expected)) {
    if (performance.now() - before > 30_000) throw new Error(`it never had ${expected}`);
  }
  return performance.now() - before;
}

it('a mark that one opens is known to the other within a second, and so is its reset', async () => {
  const [one, other] = await startTwo('sim/plain', 'sk-sim-broke');
  const tookMs: number[] = [];
  for (let round = 0; round < 3; round++) {
    expect(await one.ask()).not.toBe(200);
    tookMs.push(await untilMarks(other, ['billing']));
    sim.clearLog();
    expect(await other.ask()).not.toBe(200);
    expect(sim.log()).toEqual([]);
    expect(await other.reset()).toBe(1);
    tookMs.push(await untilMarks(one, []));
  }
  // A busy machine delays one or another: the law is for half of them.
  expect(tookMs.sort((left, right) => left - right)[2]).toBeLessThan(1000);
});

it('of two processes that find a window over, exactly one probes; its success is the end of the mark for both', async () => {
  const scope = { origin: new URL(sim.url).origin, model: 'sim/slow-first-1s' };
  const now = Date.now();
  const store = createInPlaceStore(createNodeHost({}), join(home, 'state.db'));
  await store.openMark(
    {
      key: markKey('overloaded', scope),
      cause: 'overloaded',
      scope,
      since: now - 2000,
      until: now - 1000,
      endSetBy: 'ours',
      strikes: 1,
      evidence: 'too many',
    },
    { leasedAt: now - 2000, now: now - 2000 },
  );
  await store.close();
  const [one, other] = await startTwo('sim/slow-first-1s', 'sk-sim-good');
  expect(await Promise.all([one.ask(), other.ask()])).toEqual([200, 200]);
  // The head of the probe shows that there is room: only then the other may go.
  const [probe, next] = sim.log();
  expect(sim.log()).toHaveLength(2);
  expect((next?.at ?? 0) - (probe?.at ?? 0)).toBeGreaterThan(0);
  for (const engine of [one, other]) await untilMarks(engine, []);
});

it('a limit of which one has read that nothing is left makes the other ask the next key first', async () => {
  const [one, other] = await startTwo('sim/plain', 'sk-sim-limited-1rpm', 'sk-sim-good');
  expect(await one.ask()).toBe(200);
  // written within a second, and read within another
  await vi.waitFor(async () => expect(await limitsIn(home)).toHaveLength(1), 10_000);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  sim.clearLog();
  for (const engine of [other, one]) expect(await engine.ask()).toBe(200);
  expect(sim.log().map(({ status }) => status)).toEqual([200, 200]);
});

async function limitsIn(folder: string): Promise<readonly unknown[]> {
  const store = createInPlaceStore(createNodeHost({}), join(folder, 'state.db'));
  const { limits } = await store.readHealth();
  await store.close();
  return limits;
}
