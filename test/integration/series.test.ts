/** Curves over time: what was asked is counted by caller and target, and survives a restart. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { SeriesAnswer } from '../../src/gateway/admin/answers.ts';
import { addCallerKey } from '../../src/gateway/caller-keys.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { adminKey, startKeyedGateway } from './keyed-gateway.ts';

let home: string;
let sim: SimulatedProvider;
let gateway: GatewayProcess | undefined;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-series-'));
  sim = await startSimulatedProvider({});
  const at = { base_url: sim.url, protocol: 'openai-chat' };
  const config = {
    main: 'broken/sim/status-402',
    fallback_chain: ['sim/sim/plain'],
    providers: {
      broken: { ...at, api_key: 'sk-sim-broke' },
      sim: { ...at, api_key: 'sk-sim-good' },
    },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});
afterAll(async () => {
  await sim.close();
  rmSync(home, { recursive: true });
});

async function readSeries(url: string, key: string, query = ''): Promise<SeriesAnswer> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/admin/series${query}`, { headers });
  const answer: SeriesAnswer = JSON.parse(await response.text());
  return answer;
}

it('counts at once, and goes on counting after a restart', async () => {
  const since = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  for (const times of [1, 2]) {
    gateway = await startGatewayProcess(home);
    const admin = readFileSync(join(home, 'admin.key'), 'utf8').trim();
    expect((await gateway.ask('main')).status).toBe(200);
    expect((await gateway.ask('sim/sim/context-overflow')).status).toBe(400);
    for (const step of ['minute', 'hour']) {
      const { boundsMs, rows } = await readSeries(
        gateway.url,
        admin,
        `?step=${step}&since=${since}`,
      );
      expect(boundsMs).toHaveLength(11);
      const sum = (read: (row: SeriesAnswer['rows'][number]) => number): number =>
        rows.reduce((total, row) => total + read(row), 0);
      expect(new Set(rows.map(({ target }) => target))).toEqual(
        new Set(['sim/sim/plain', 'sim/sim/context-overflow']),
      );
      expect([sum(({ asked }) => asked), sum(({ rescued }) => rescued)]).toEqual([
        2 * times,
        times,
      ]);
      expect(sum(({ failed }) => failed)).toBe(times);
      expect(sum(({ tokens }) => tokens)).toBeGreaterThan(0);
      expect(sum(({ waited }) => waited.reduce((all, count) => all + count, 0))).toBe(2 * times);
      expect(sum(({ firstContent: counts }) => counts.reduce((all, one) => all + one, 0))).toBe(
        times,
      );
    }
    await gateway.stop();
    gateway = undefined;
  }
});

it("shows a caller's key its own series", async () => {
  const stage = await startKeyedGateway(({ url }) => ({
    main: 'sim/sim/plain',
    providers: { sim: { base_url: url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  }));
  const { url } = stage.gateway;
  const keys = await Promise.all(
    ['ada', 'bob'].map((name) => addCallerKey(stage.place, { name, scope: 'call' })),
  );
  for (const key of keys)
    await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] }),
    });
  const callers = async (key: string, query?: string): Promise<readonly string[]> =>
    (await readSeries(url, key, query)).rows.map(({ caller }) => caller);
  expect(await callers(adminKey)).toEqual(['ada', 'bob']);
  expect(await callers(adminKey, '?caller=bob&step=hour')).toEqual(['bob']);
  expect(await callers(keys[0] ?? '')).toEqual(['ada']);
  const { ran, rows } = await readSeries(url, keys[0] ?? '', '?per=10');
  expect(rows.every(({ at }) => at % 600_000 === 0)).toBe(true);
  expect(ran).toHaveLength(1);
  expect(ran.every(({ from, until }) => from <= Date.now() && Date.now() < until)).toBe(true);
  const refused = await fetch(`${url}/admin/series?caller=bob`, {
    headers: { authorization: `Bearer ${keys[0]}` },
  });
  expect(refused.status).toBe(403);
  await stage.stop();
});
