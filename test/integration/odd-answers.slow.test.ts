/**
 * Nothing that a provider sends crashes the gateway or leaves a client without an answer in shape.
 * Failures replay by their seed.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { oddAnswers } from './odd-bytes.ts';
import { type OddServer, startOddServer } from './odd-server.ts';
import {
  datasOf,
  endsWhole,
  type Pair,
  relayedPairs,
  requestIn,
  type Tongue,
  translatedPairs,
} from './protocol-cases.ts';

const key = `hf_test_${'o'.repeat(24)}`;
const pairs = [...relayedPairs, ...translatedPairs];
/** Answers that are tried side by side, two for each pair: their backoffs overlap. */
const atOnce = 2 * pairs.length;
/** More of them look longer: `HOLDFAST_FUZZ_RUNS=200 npm run test:slow -- odd-answers`. */
const numRuns = Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 10);

let sim: SimulatedProvider;
let servers: readonly OddServer[];
beforeAll(async () => {
  sim = await startSimulatedProvider();
  servers = await Promise.all(Array.from({ length: atOnce }, () => startOddServer()));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await sim.close();
});

/** Asked in one protocol, answered in one: each server has its pair. */
function pairAt(index: number): Pair {
  const [, pair] = pairs[index % pairs.length] ?? [];
  if (pair === undefined) throw new Error('there are no pairs');
  return pair;
}

/** A fresh engine: marks of the last answers would bench their servers. */
async function withGateway<T>(
  hasFallback: boolean,
  use: (gateway: Gateway, faults: readonly string[]) => Promise<T>,
): Promise<T> {
  const faults: string[] = [];
  const odd = servers.map(({ url }, index) => [
    `p${index}`,
    { base_url: url, protocol: pairAt(index).spoken.protocol, auth: 'none' },
  ]);
  const tasks = servers.map((_, index) => [
    `t${index}`,
    { provider: `p${index}`, model: 'm', fallback: 'main' },
  ]);
  const base_urls = Object.fromEntries(relayedPairs.map(([protocol]) => [protocol, sim.url]));
  const runtime: Runtime = createRuntime({
    config: {
      main: 'good/sim/echo',
      max_wait: 0.2, // these servers are odd for ever; waits have tests of their own
      stream_recovery: hasFallback ? 'continue' : 'error',
      providers: { good: { base_urls, api_key: 'sk-sim-good' }, ...Object.fromEntries(odd) },
      // A model that heads a task's route takes that route: without tasks there is no way out.
      auxiliary: hasFallback ? Object.fromEntries(tasks) : {},
      gateway: { port: 0 },
    },
    onEvent: (event) => {
      if (event.type === 'warning' && event.code === 'local-fault') faults.push(event.text);
    },
  });
  const gateway = await startGateway({ runtime, key });
  try {
    return await use(gateway, faults);
  } finally {
    await gateway.close();
    await runtime.close();
  }
}

interface Given {
  readonly tongue: Tongue;
  readonly status: number;
  readonly text: string;
}

/** Asks all servers at once, each in its own protocol, for the model or task of its number. */
function askAll(
  gateway: Gateway,
  modelAt: (index: number) => string,
  stream: boolean,
): Promise<readonly Given[]> {
  return Promise.all(
    servers.map(async (_, index) => {
      const { asked: tongue } = pairAt(index);
      const { conversation = 'messages', fields } = tongue;
      const body = {
        model: modelAt(index),
        stream,
        [conversation]: [{ role: 'user', content: 'hi' }],
        ...fields,
      };
      const { path, query, bytes } = requestIn(tongue, body);
      const response = await fetch(`${gateway.url}${path}?${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: bytes,
      });
      return { tongue, status: response.status, text: await response.text() };
    }),
  );
}

/**
 * The shape that every client of the protocol can read: a whole answer, a whole stream, or one
 * error.
 */
function judge({ tongue, status, text }: Given, stream: boolean): 'answer' | 'error' {
  if (status !== 200) {
    expect([400, 404, 408, 413, 422, 424, 429]).toContain(status);
    expect(tongue.readError(text)).toMatchObject({ message: expect.any(String) });
    return 'error';
  }
  if (!stream) {
    expect(JSON.parse(text)).toBeInstanceOf(Object);
    expect(tongue.readError(text) ?? undefined).toBeUndefined();
    return 'answer';
  }
  if (endsWhole(text, tongue)) return 'answer';
  expect(text).not.toMatch(new RegExp(`^${tongue.marker.source}`, 'm'));
  expect(tongue.readError(datasOf(text).at(-1) ?? '')).toMatchObject({
    message: expect.any(String),
  });
  return 'error';
}

describe('whatever a provider sends, in any protocol and translated into any', () => {
  const batch = (withObstacles: boolean) =>
    fc.tuple(
      ...Array.from({ length: atOnce }, (_, index) =>
        oddAnswers(pairAt(index).spoken.protocol, { withObstacles }),
      ),
    );

  it.each([true, false])('the caller gets an answer in shape (stream: %s)', async (stream) => {
    const property = fc.asyncProperty(batch(true), (answers) =>
      withGateway(false, async (gateway, faults) => {
        for (const [index, server] of servers.entries())
          server.answer = answers[index] ?? server.answer;
        for (const given of await askAll(gateway, (index) => `p${index}/m`, stream))
          judge(given, stream);
        expect(faults).toEqual([]);
        expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
      }),
    );
    await fc.assert(property, { numRuns });
  });

  it.each([true, false])('a healthy fallback answers to the end (stream: %s)', async (stream) => {
    const property = fc.asyncProperty(batch(false), (answers) =>
      withGateway(true, async (gateway, faults) => {
        for (const [index, server] of servers.entries())
          server.answer = answers[index] ?? server.answer;
        const given = await askAll(gateway, (index) => `t${index}`, stream);
        expect(given.map((each) => judge(each, stream))).toEqual(given.map(() => 'answer'));
        expect(faults).toEqual([]);
      }),
    );
    await fc.assert(property, { numRuns });
  });
});
