/**
 * Many streams that fall silent with their socket open, through a real gateway: what they got, and
 * what was left behind.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGateway } from '../../src/gateway/server.ts';
import type { RequestRecord } from '../../src/model/record.ts';
import { createRuntime } from '../../src/runtime.ts';
import { startSimulatedProvider } from '../../src/sim/index.ts';

export const idleTextMs = 300;

/** So many at a time. */
const crowd = 50;

/**
 * Warm connections of that crowd: caller to gateway and gateway to provider, both ends of each in
 * this one process.
 */
export const warmSockets = 4 * crowd;

export interface StallRun {
  /** Answers that came whole, counted words in order and one marker. */
  readonly whole: number;
  /** Of the last 1,000 at most. */
  readonly records: readonly RequestRecord[];
  /** Streams that the provider saw ended by us. */
  readonly hungUp: number;
  /** Bytes after a collection; buffers, which are pooled, are not in it. */
  readonly heap: Measured;
  readonly sockets: Measured & { readonly afterClose: number };
}

interface Measured {
  readonly before: number;
  readonly after: number;
}

/** Each request names a model of its own, so that no mark of one keeps the next from stalling. */
export async function runStalls(count: number): Promise<StallRun> {
  const socketsAtFirst = countSockets();
  const sim = await startSimulatedProvider();
  const server = {
    base_url: sim.url,
    protocol: 'openai-chat',
    api_key: 'sk-sim-good',
    pace: 'quick',
  };
  const runtime = createRuntime({
    config: {
      main: { provider: 'two', model: 'sim/echo' },
      providers: { one: { ...server, limits: { idle_text: idleTextMs / 1000 } }, two: server },
      gateway: { port: 0, pinned_fallback: 'main' },
    },
  });
  const key = `hf_test_${'s'.repeat(24)}`;
  const gateway = await startGateway({ runtime, key });
  const ask = (index: number): Promise<string> =>
    askGateway(gateway.url, key, `one/sim/stall-after-8+${index}`);
  for (let index = 0; index < 2 * crowd; index += crowd) await askMany(ask, count + index, crowd);
  sim.clearLog();
  const before = { heap: measureHeap(), sockets: countSockets() };
  let whole = 0;
  for (let done = 0; done < count; done += crowd)
    whole += (await askMany(ask, done, Math.min(crowd, count - done))).filter(isWhole).length;
  const after = { heap: measureHeap(), sockets: countSockets() };
  const hungUp = sim.log().filter(({ hungUpAtMs }) => hungUpAtMs !== undefined).length;
  const records = runtime.records().slice(-count);
  await gateway.close();
  await runtime.close();
  await sim.close();
  await untilQuiet(() => countSockets());
  return {
    whole,
    records,
    hungUp,
    heap: { before: before.heap, after: after.heap },
    sockets: {
      before: before.sockets,
      after: after.sockets,
      afterClose: countSockets() - socketsAtFirst,
    },
  };
}

function askMany(
  ask: (index: number) => Promise<string>,
  from: number,
  count: number,
): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(from + index)));
}

async function askGateway(url: string, key: string, model: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'hello there' }],
    }),
  });
  return response.text();
}

/** Waits until a value has not changed over many turns of the event loop. */
export async function untilQuiet(read: () => number): Promise<void> {
  let last = read();
  for (let turns = 0; turns < 300; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = read();
    if (now !== last) turns = 0;
    last = now;
  }
}

/**
 * Eight words before the silence, four after it: the simulated provider counts them from the fifth
 * on.
 */
function isWhole(answer: string): boolean {
  const counts = [...answer.matchAll(/ ~(\d+)\/12/g)].map(([, count]) => count);
  return counts.join() === '5,6,7,8,9,10,11,12' && answer.split('data: [DONE]').length === 2;
}

function countSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

function measureHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
