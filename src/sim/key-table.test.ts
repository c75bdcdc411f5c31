/** Laws of the keys, over real sockets. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSimClient } from '../../test/fakes/sim-client.ts';
import { type SimulatedProvider, startSimulatedProvider } from './index.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.01 });
});
afterEach(() => sim.reset());
afterAll(() => sim.close());

const { ask, statuses } = createSimClient(() => sim);

describe('keys', () => {
  it.each([
    ['sk-sim-good', [200, 200], null],
    ['sk-sim-revoked', [401, 401], 'token_invalidated'],
    ['sk-sim-never', [401], 'invalid_api_key'],
    ['sk-sim-flaky-2', [200, 401, 401, 200, 401, 401, 200], null],
    ['sk-sim-flaky-1+second', [200, 401, 200], null],
    ['sk-sim-exhausted', [429], 'insufficient_quota'],
    ['sk-sim-spent-2', [200, 200, 429, 429], '429'],
    ['sk-sim-broke', [402], 'insufficient_balance'],
    ['sk-sim-limited-2rpm', [200, 200, 429], 'rate_limit_exceeded'],
    ['sk-sim-forbidden', [403], 'model_access_denied'],
    ['sk-unknown', [401], 'invalid_api_key'],
  ])('%s answers %j', async (key, expected, code) => {
    expect(await statuses({ key }, expected.length)).toEqual(expected);
    if (code === null) return;
    const body: unknown = await (await ask({ key })).json();
    expect(body).toMatchObject({ error: { code } });
  });

  it('refuses a request without a key in other words', async () => {
    const response = await fetch(`${sim.url}/models`);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("didn't provide an API key");
  });

  it.each(['x-api-key', 'x-goog-api-key', 'api-key'])('reads the key from %s', async (name) => {
    expect((await fetch(`${sim.url}/models`, { headers: { [name]: 'sk-sim-good' } })).status).toBe(
      200,
    );
  });

  it('reads the key from the address', async () => {
    expect((await fetch(`${sim.url}/models?key=sk-sim-good`)).status).toBe(200);
    expect((await fetch(`${sim.url}/models?key=sk-sim-never`)).status).toBe(401);
  });

  it('limits each suffixed key on its own and names the wait', async () => {
    expect(await statuses({ key: 'sk-sim-limited-1rpm+a' }, 1)).toEqual([200]);
    expect(await statuses({ key: 'sk-sim-limited-1rpm+b' }, 1)).toEqual([200]);
    const refused = await ask({ key: 'sk-sim-limited-1rpm+a' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await refused.text();
  });

  it('begins an outage with the first request after the first success, and ends it on time', async () => {
    let now = 0;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const own = await startSimulatedProvider({ clock });
    const seen: number[] = [];
    for (const at of [0, 50_000, 54_999, 55_000, 90_000]) {
      now = at;
      seen.push(...(await statuses({ at: own, key: 'sk-sim-outage-5s' }, 1)));
    }
    await own.close();
    expect(seen).toEqual([200, 401, 401, 200, 200]);
  });

  it('accepts every key, and none, when told to, and extra keys when given', async () => {
    const open = await startSimulatedProvider({ acceptAnyKey: true });
    expect(await statuses({ at: open, key: 'whatever' }, 1)).toEqual([200]);
    expect((await fetch(`${open.url}/models`)).status).toBe(200);
    await open.close();
    const extra = await startSimulatedProvider({ keys: ['tp-mine'] });
    expect(await statuses({ at: extra, key: 'tp-mine' }, 1)).toEqual([200]);
    await extra.close();
  });
});
