/** A server with few slots: over real sockets, since what is measured is who waits for whom. */

import { afterEach, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from './server.ts';

let sim: SimulatedProvider;

afterEach(() => sim.close());

function ask(model: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${sim.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-sim-good', 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hello' }] }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const started = (): number => sim.log().filter(({ status }) => status === 200).length;

it('answers one request after the other, and says how many it answers at a time', async () => {
  sim = await startSimulatedProvider({ slots: 1, pace: 5 });
  const props = await fetch(`${sim.origin}/props`);
  expect(await props.json()).toEqual({ total_slots: 1 });
  const ended: number[] = [];
  await Promise.all(
    [1, 2, 3].map(async (number) => {
      const answer = await ask('sim/plain');
      expect(started()).toBe(ended.length + 2); // its own, those before it, and the one of /props
      await answer.text();
      ended.push(number);
    }),
  );
  expect(ended).toHaveLength(3);
});

it('forgets who left while waiting, and goes on with the next', async () => {
  sim = await startSimulatedProvider({ slots: 1 });
  const silent = new AbortController();
  const first = ask('sim/silent', silent.signal).catch(() => undefined);
  await expect.poll(() => sim.log()).toHaveLength(1);
  const gone = new AbortController();
  const second = ask('sim/plain', gone.signal).catch(() => undefined);
  await expect.poll(() => sim.log()).toHaveLength(2);
  gone.abort();
  await second;
  await expect.poll(() => sim.log()[1]?.hungUpAtMs).toBeDefined();
  const third = ask('sim/plain');
  silent.abort();
  await first;
  expect((await third).status).toBe(200);
  expect(started()).toBe(1);
});

it('answers as many as come where nobody limits it, and has no /props', async () => {
  sim = await startSimulatedProvider();
  expect((await fetch(`${sim.origin}/props`)).status).toBe(404);
});
