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

async function start(count: number, budget: object): Promise<void> {
  const config = {
    main: 'sim/sim/plain',
    budget,
    providers: {
      sim: { base_url: provider.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
    },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
  gateways = await Promise.all(Array.from({ length: count }, () => startGatewayProcess(home)));
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
  it.each([3, 4])('is ten for 30 callers at once at %i of them', async (count) => {
    await start(count, { requests: 10, per: 'month' });
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

  it('is never exceeded by twelve kills under load', async () => {
    const limit = 6000;
    await start(3, { requests: limit, per: 'month' });
    let isOver = false;
    const callers = Array.from({ length: 12 }, async (_, index) => {
      for (let turn = index; !isOver; turn += 1) {
        const status = await gatewayAt(turn)
          .ask('main')
          .then(
            (answer) => answer.status,
            () => 0,
          );
        if (status === 400) isOver = true;
        if (status === 0) await sleep(20);
      }
    });
    let kills = 0;
    while (kills < 12 && !isOver) {
      await sleep(250);
      const index = kills % 3;
      process.kill(gatewayAt(index).pid, 'SIGKILL');
      gateways[index] = await startGatewayProcess(home);
      kills += 1;
    }
    await Promise.all(callers);
    await sleep(1000); // what nobody used goes back
    while ((await gatewayAt(0).ask('main')).status === 200);
    const reached = asked();
    // A kill costs at most what its process had taken: a chunk, and what was on its way.
    const lostAtMost = kills * (limit / 50 + 12);
    expect(kills).toBe(12);
    expect(reached).toBeLessThanOrEqual(limit);
    expect(reached).toBeGreaterThanOrEqual(limit - lostAtMost);
  }, 120_000);
});
