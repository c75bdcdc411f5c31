/**
 * One cap over all processes of a home: real gateways, one state file, callers at once, and kills
 * under load. What reaches the provider is never more than the budget.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { listWorkers } from './workers-stage.ts';

let home: string;
let provider: SimulatedProvider;
let gateways: GatewayProcess[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-shared-budget-'));
  provider = await startSimulatedProvider({});
  gateways = [];
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await provider.close();
  rmSync(home, { recursive: true });
});

/** So many processes, and one with as many workers. */
async function start(count: number, budget: object, workers = 0): Promise<void> {
  const config = {
    main: 'sim/sim/plain',
    budget,
    providers: {
      sim: { base_url: provider.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
    },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
  const flags = [
    ...Array<string[]>(count).fill([]),
    ...(workers > 0 ? [['--workers', `${workers}`]] : []),
  ];
  gateways = await Promise.all(flags.map((given) => startGatewayProcess(home, {}, given)));
}

/** Answers that the provider gave; gateways look for its models too. */
const asked = (): number =>
  provider.log().filter(({ path }) => path.endsWith('/completions')).length;

const gatewayAt = (index: number): GatewayProcess => {
  const gateway = gateways[index % gateways.length];
  if (gateway === undefined) throw new Error('no gateway');
  return gateway;
};

describe('a budget of several processes', () => {
  it.each([
    [4, 0],
    [3, 4],
  ])('is ten for 30 callers at once at %i of them and %i workers', async (count, workers) => {
    await start(count, { requests: 10, per: 'month' }, workers);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => gatewayAt(index).ask('main')),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 400)).toHaveLength(20);
    expect(asked()).toBe(10);
    const told = answers.filter(({ status }) => status === 400).map(({ text }) => text);
    for (const text of told) expect(text).toContain('10 requests a month');
  });

  it('goes back to the others when nobody here needs it', async () => {
    await start(2, { requests: 200, per: 'month' });
    const statuses: number[] = [];
    for (let index = 0; index < 100; index += 1)
      statuses.push((await gatewayAt(0).ask('main')).status);
    await sleep(1000);
    for (let index = 0; index < 102; index += 1)
      statuses.push((await gatewayAt(1).ask('main')).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(200);
    expect(asked()).toBe(200);
  });

  it.each([
    { unit: 'requests', limit: 2000, each: 1, held: 1 },
    { unit: 'tokens', limit: 90_000, each: 43, held: 60 },
  ])(
    'of $unit is never exceeded by twelve kills under load',
    async (given) => {
      const { unit, limit, each, held } = given;
      await start(2, { [unit]: limit, per: 'month' }, 2);
      const question = { max_tokens: 40 };
      const ask = (turn: number): Promise<number> =>
        gatewayAt(turn)
          .ask('sim/sim/long-20', question)
          .then(
            ({ status }) => status,
            () => 0,
          );
      const reached = (): number => asked() * each;
      // Each twentieth of the limit has a kill in its middle; nobody asks beyond it before that.
      let kills = 0;
      const isAhead = (parts: number): boolean => reached() >= ((kills + parts) * limit) / 20;
      let isOver = false;
      const callers = Array.from({ length: 12 }, async (_, index) => {
        for (let turn = index; !isOver; turn += 1) {
          while (kills < 12 && isAhead(1)) await sleep(5);
          const status = await ask(turn);
          if (status === 400) isOver = true;
          if (status === 0) await sleep(20);
        }
      });
      for (; kills < 12 && !isOver; kills += 1) {
        while (!isOver && !isAhead(0.5)) await sleep(5);
        const place = kills % 3;
        const { pid } = gatewayAt(place);
        while (place === 2 && listWorkers(pid).length === 0) await sleep(5);
        const [worker] = place === 2 ? listWorkers(pid) : [];
        process.kill(worker ?? pid, 'SIGKILL');
        if (worker === undefined) gateways[place] = await startGatewayProcess(home);
      }
      await Promise.all(callers);
      await sleep(1000); // what nobody used goes back
      for (let misses = 0, turn = 0; misses < 6; turn += 1)
        misses = (await ask(turn)) === 200 ? 0 : misses + 1;
      // A kill costs at most what its process had taken: a chunk, and what was on its way.
      const lostAtMost = kills * (limit / 50 + 12 * held);
      process.stderr.write(`${kills} kills, ${reached()} of ${limit} ${unit}\n`);
      expect(kills).toBe(12);
      expect(reached()).toBeLessThanOrEqual(limit);
      expect(reached()).toBeGreaterThanOrEqual(limit - lostAtMost);
    },
    240_000,
  );
});
