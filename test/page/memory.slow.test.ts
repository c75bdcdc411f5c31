/** A page that is left open while requests pass: what it keeps in memory does not grow. */

import { expect, it } from 'vitest';
import { key, startKeyedGateway } from '../integration/keyed-gateway.ts';
import { useBrowser } from './browser.ts';
import { readHeap } from './heap.ts';
import { middleOf } from './seen.ts';

/** The bench looks for 30 min (`npm run bench -- --only page --long`). */
const forMs = 90_000;
const everyMs = 10_000;
const perSecond = 50;
/** Noise of a heap of some MB. */
const leewayBytes = 700_000;

const open = useBrowser();

it('needs no more memory after thousands of requests', async () => {
  const stage = await startKeyedGateway((sim) => ({
    main: 'one/sim/plain',
    providers: {
      one: {
        base_url: sim.url,
        protocol: 'openai-chat',
        credentials: Array.from({ length: 60 }, (_, nth) => ({
          label: `key ${nth}`,
          api_key: `sk-sim-good+${nth}`,
        })),
      },
    },
    gateway: { port: 0 },
  }));
  const { page, faults } = await open(stage.gateway.url);
  const { clock } = stage.host;
  const { signal } = new AbortController();
  const ask = async (nth: number): Promise<void> => {
    const answer = await fetch(`${stage.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'user-agent': `agent-${nth % 300}/1`,
      },
      body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hello' }] }),
    });
    await answer.text();
  };
  const heaps: number[] = [];
  const beganAt = clock.monotonic();
  for (let nth = 0, read = 1; clock.monotonic() - beganAt < forMs; nth += 1) {
    const asked = ask(nth);
    const restMs = beganAt + (nth * 1000) / perSecond - clock.monotonic();
    await (restMs > 0 ? clock.sleep(restMs, signal) : asked);
    if (clock.monotonic() - beganAt < read * everyMs) continue;
    read += 1;
    heaps.push(await readHeap(page));
  }
  const third = Math.floor(heaps.length / 3);
  expect(third).toBeGreaterThan(1);
  const [early, late] = [heaps.slice(1, third + 1), heaps.slice(-third)].map(middleOf);
  expect((late ?? Infinity) - (early ?? 0), `${heaps}`).toBeLessThan(leewayBytes);
  expect(faults).toEqual([]);
  await stage.stop();
});
