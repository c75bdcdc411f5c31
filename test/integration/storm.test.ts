/**
 * Many requests on one key that its provider refuses for a moment: one asks again, nobody is lost,
 * no storm (laws 6 and 8).
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/model/events.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask, startEngine } from './harness.ts';

const crowd = 200;

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

async function startProven(key: string) {
  const { runtime, said } = startEngine(sim, { model: 'sim/echo', key });
  expect((await ask(runtime)).status).toBe(200);
  sim.clearLog();
  return { runtime, said };
}

function countRefusals(): number {
  return sim.log().filter(({ status }) => status === 401).length;
}

describe('200 requests on the only key, refused for two seconds', () => {
  it('one rechecks, the others wait, all are answered, and the key lives on', async () => {
    const { runtime, said } = await startProven('sk-sim-outage-2s');
    const answers = await Promise.all(Array.from({ length: crowd }, () => ask(runtime)));
    expect(answers.map(({ status }) => status)).toEqual(Array(crowd).fill(200));
    expect(countRefusals()).toBeLessThanOrEqual(crowd + 2);
    expect(said.join('\n')).not.toMatch(/expired|invalid/i);
    sim.clearLog();
    expect((await ask(runtime)).status).toBe(200);
    expect(sim.log().map(({ status }) => status)).toEqual([200]);
    await runtime.close();
  });

  it('another takes over when the rechecker hangs up', async () => {
    const { runtime } = await startProven('sk-sim-outage-2s');
    const callers = new Map(
      Array.from({ length: crowd }, (_, index) => [`hfr_${index}`, new AbortController()]),
    );
    const gone: string[] = [];
    runtime.subscribe((event: EngineEvent) => {
      if (event.type !== 'rescue' || gone.length > 0) return;
      if (event.decision.kind !== 'retry' || event.decision.delayMs < 500) return;
      gone.push(event.requestId);
      // After it has begun to wait: it is the one that rechecks.
      setImmediate(() => callers.get(event.requestId)?.abort(new Error('hung up')));
    });
    const answers = await Promise.all(
      [...callers].map(async ([requestId, { signal }]) => {
        const answer = await ask(runtime, {}, { signal, requestId });
        return { requestId, status: answer.status };
      }),
    );
    expect(gone).toHaveLength(1);
    const others = answers.filter(({ requestId }) => !gone.includes(requestId));
    expect(others.map(({ status }) => status)).toEqual(Array(crowd - 1).fill(200));
    expect(countRefusals()).toBeLessThanOrEqual(crowd + 3);
    await runtime.close();
  });

  it('those who have another key take it instead of waiting', async () => {
    const { runtime } = startEngine(sim, {
      model: 'sim/echo',
      key: 'sk-sim-outage-2s',
      second: 'sk-sim-good+two',
    });
    await ask(runtime);
    sim.clearLog();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(runtime)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const [, ...records] = runtime.records();
    const asked = records.map(({ attempts }) => attempts.map(({ credential }) => credential));
    const rechecked = asked.filter(([first, ...others]) => others.includes(first ?? ''));
    expect(rechecked).toHaveLength(1);
    expect(countRefusals()).toBeLessThanOrEqual(22);
    await runtime.close();
  });
});
