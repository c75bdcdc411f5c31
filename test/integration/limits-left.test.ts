/**
 * How much of a key's limit is left, from the provider's own headers to the snapshot and the plan,
 * over real sockets.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeRoute } from '../../src/cli/terminal/plan-lines.ts';
import type { Plan, Snapshot } from '../../src/gateway/admin/answers.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';

let stage: KeyedGateway;

beforeAll(async () => {
  stage = await startKeyedGateway((sim) => ({
    main: 'sim/sim/plain',
    providers: {
      sim: {
        base_url: sim.url,
        protocol: 'openai-chat',
        credentials: [
          { label: 'few', api_key: 'sk-sim-limited-4rpm' },
          { label: 'good', api_key: 'sk-sim-good' },
        ],
      },
    },
    gateway: { port: 0 },
  }));
});
afterAll(() => stage.stop());

async function ask(): Promise<void> {
  const response = await fetch(`${stage.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] }),
  });
  expect(response.status).toBe(200);
  await response.text();
}

async function read<Answer>(path: string, parse: (text: string) => Answer): Promise<Answer> {
  const headers = { authorization: `Bearer ${adminKey}` };
  return parse(await (await fetch(`${stage.gateway.url}${path}`, { headers })).text());
}

it('a key has as much left as its latest answer said, and counts what it answered', async () => {
  const since = Date.now();
  for (let asked = 0; asked < 3; asked++) await ask();
  const snapshot = await read('/admin/snapshot', (text): Snapshot => JSON.parse(text));
  const [few, good] = snapshot.credentials;
  expect(few).toMatchObject({ label: 'few', left: { of: 'requests', share: 0.25 } });
  const { asOf = 0, renewsAt = 0 } = few?.left ?? {};
  expect(asOf).toBeGreaterThanOrEqual(since);
  expect(renewsAt - asOf).toBeGreaterThan(50_000);
  expect(renewsAt - asOf).toBeLessThanOrEqual(60_000);
  expect(few?.hourly).toHaveLength(24);
  expect(few?.hourly?.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect([good?.left, good?.hourly]).toEqual([undefined, undefined]);
  const plan = await read('/admin/plan/few', (text): Plan => JSON.parse(text));
  expect(plan.routes[0]?.targets[0]?.keys[0]?.left).toEqual(few?.left);
  expect(plan.routes.map((route) => describeRoute(route, plan.at)).join()).toMatch(
    /\n +25 % of its requests are left until [\w: ]+:\d\d, said at [\w: ]+:\d\d$/,
  );
});

it('a refusal for the rate says so too', async () => {
  await ask();
  await ask(); // the fifth: refused, and answered by the other key
  const plan = await read('/admin/plan/few', (text): Plan => JSON.parse(text));
  expect(plan.routes[0]?.targets[0]?.keys[0]?.left?.share).toBe(0);
});
