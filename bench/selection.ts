/**
 * Measures the choice of a credential under contention (step 2 of a request): requests in flight,
 * and a third of the pool benched at any moment by rate limits that come and end. The time is from
 * a request's arrival to the moment it would be sent. A request during which the system ran another
 * process is not counted.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Selection } from '../src/model/credential.ts';
import type { ReplySink } from '../src/model/request.ts';
import { createRuntime, type Runtime } from '../src/runtime.ts';
import type { Effort } from './arena.ts';
import { median, percentile } from './figures.ts';
import { InstantProvider } from './instant-provider.ts';
import { type Finding, formatNumber } from './report.ts';

const sizes = [10, 100, 1000, 10_000];
const strategies: readonly Selection[] = ['fill-first', 'round-robin', 'least-used', 'random'];

/** Fewer than the smallest pool has ready, so that no request has to wait. */
const inFlight = 5;
const warmup = 2000;
/** One answer in this many is a rate limit. */
const refuseEvery = 4;
/** The clock advances by this much with each request. */
const stepMs = 100;

/**
 * The goals apply up to this pool size, since nobody was seen with more keys. Larger pools are
 * shown, and may be slower.
 */
const goalSize = 1000;

/** The times of one pool, in microseconds. */
interface Times {
  readonly median: number;
  readonly p99: number;
}

export async function measureSelection(effort: Effort): Promise<Finding> {
  const found = new Map<string, Times[]>();
  // Slow to set up, and steadier than measurements over sockets.
  const rounds = Math.ceil(effort.rounds / 3);
  for (let round = 0; round < rounds; round++) {
    for (const selection of strategies) {
      for (const size of sizes) {
        const key = `${selection} ${size}`;
        found.set(key, [
          ...(found.get(key) ?? []),
          await chooseMany(size, selection, effort.choices),
        ]);
      }
    }
  }
  const timeOf = (figure: keyof Times, selection: Selection, size: number): number =>
    median((found.get(`${selection} ${size}`) ?? []).map((times) => times[figure]));
  const worst = (figure: keyof Times): number =>
    Math.max(
      ...strategies.flatMap((selection) =>
        sizes.filter((size) => size <= goalSize).map((size) => timeOf(figure, selection, size)),
      ),
    );
  return {
    title: `choice of a credential, from arrival to wire, median and p99 in µs; pools of ${sizes.join(', ')}`,
    rows: strategies.map((selection) => ({
      who: selection,
      figures: sizes.map(
        (size) =>
          `${formatNumber(timeOf('median', selection, size))} ${formatNumber(timeOf('p99', selection, size))}`,
      ),
    })),
    verdicts: [
      {
        what: `median with up to ${goalSize}`,
        value: worst('median'),
        unit: ' µs',
        goal: { atMost: 30 },
      },
      {
        what: `p99 with up to ${goalSize}`,
        value: worst('p99'),
        unit: ' µs',
        goal: { atMost: 200 },
      },
    ],
  };
}

async function chooseMany(size: number, selection: Selection, choices: number): Promise<Times> {
  const provider = new InstantProvider();
  const runtime = createRuntime({ host: provider.host, config: describePool(size, selection) });
  // This makes a third of the pool benched at any moment.
  const benchedSeconds = Math.ceil(((size / 3) * refuseEvery * stepMs) / 1000);
  const first = Math.max(warmup, (2 * benchedSeconds * 1000) / stepMs);
  const times: number[] = [];
  for (let made = 0; made < first + choices; made++) {
    provider.advance(stepMs);
    const { involuntaryContextSwitches: switchesBefore } = process.resourceUsage();
    const tookUs = await timeOne(runtime, provider);
    const isWhole = process.resourceUsage().involuntaryContextSwitches === switchesBefore;
    if (made >= first && isWhole) times.push(tookUs);
    if (made % refuseEvery === 0) provider.refuse(benchedSeconds);
    // Work after an answer, such as another attempt, must not count for the next request.
    await nextTurn();
    while (provider.underWay > inFlight) {
      provider.answer();
      await nextTurn();
    }
  }
  await runtime.close();
  return { median: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

function describePool(size: number, selection: Selection): object {
  const credentials = Array.from({ length: size }, (_, index) => ({
    label: `k${index}`,
    api_key: `sk-test-bench-${index}`,
  }));
  const up = { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', selection, credentials };
  return { main: 'up/m', providers: { up } };
}

const body = Buffer.from(
  JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] }),
);
const nowhere: ReplySink = {
  head: () => undefined,
  write: () => true,
  onDrain: () => undefined,
  end: () => undefined,
};

function timeOne(runtime: Runtime, provider: InstantProvider): Promise<number> {
  const { signal } = new AbortController();
  const request = { method: 'POST', path: '/v1/chat/completions', headers: {}, body, signal };
  return new Promise((resolve) => {
    const startedAt = performance.now();
    provider.onRequest = () => resolve((performance.now() - startedAt) * 1000);
    void runtime.exchange(request, nowhere);
  });
}
