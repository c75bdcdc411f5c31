/**
 * Rescues over real sockets, where providers speak the protocol of the request, and what no rescue
 * helps.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type Answer, ask, startEngine } from './harness.ts';
import { relayedPairs } from './protocol-cases.ts';
import { testRescues } from './rescue-rules.ts';

testRescues(relayedPairs);

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

describe('bad input', () => {
  it.each<[string, object, number, RegExp]>([
    ['a missing model', { model: undefined }, 400, /the request has no .*model/],
    ['a model that is no text', { model: 7 }, 400, /non-empty string/],
    ['an unknown model', { model: 'nobody/nothing' }, 200, /./],
    ['a stream that is no boolean', { stream: 'yes' }, 400, /true or false/],
    ['missing messages', { messages: undefined }, 400, /the request has no .*messages/],
  ])('answers %s with one clear error', async (_name, body, status, text) => {
    const { runtime } = startEngine(sim, { model: 'sim/echo' });
    const answer = await ask(runtime, body);
    await runtime.close();
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
  });
});

describe('a caller that goes away', () => {
  it('ends the upstream request at once and blames nobody', async () => {
    const { runtime } = startEngine(sim, { model: 'sim/silent' });
    const caller = new AbortController();
    const answering: Promise<Answer> = ask(runtime, { stream: true }, { signal: caller.signal });
    await waitUntil(() => sim.log().length === 1);
    caller.abort();
    await answering;
    await waitUntil(() => sim.log()[0]?.hungUpAtMs !== undefined);
    expect(runtime.records()[0]?.outcome).toBe('client-gone');
    await runtime.close();
  });
});

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error('it did not happen within 30 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
