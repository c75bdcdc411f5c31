/**
 * A provider goes away for a minute under 20 requests a second, over real sockets and in real time;
 * test/simulation has it on the fake clock.
 */

import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime.ts';
import { ask } from './harness.ts';

const body = '{"choices":[{"message":{"content":"fine"},"finish_reason":"stop"}]}';
const everyMs = 50;
const downMs = 60_000;

/** A server that can refuse: with 503, or by not listening. */
class Provider {
  isOverloaded = false;
  port = 0;
  #server: Server | undefined;

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(this.isOverloaded ? 503 : 200, { 'content-type': 'application/json' });
      response.end(this.isOverloaded ? '{"error":{"message":"no capacity"}}' : body);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => server?.close(() => resolve()));
  }
}

interface Asked {
  readonly at: number;
  readonly status: number;
  readonly target: string | undefined;
}

interface Outage {
  readonly how: '503' | 'refused';
  readonly asked: readonly Asked[];
  /** When each attempt at the primary began. */
  readonly begunAt: readonly number[];
  readonly markedAt: number;
  readonly backAt: number;
}

async function run(how: Outage['how']): Promise<Outage> {
  const [primary, fallback] = [new Provider(), new Provider()];
  await primary.open();
  await fallback.open();
  const begunAt: number[] = [];
  let markedAt = Number.POSITIVE_INFINITY;
  const provider = { protocol: 'openai-chat', api_key: 'sk-test-outage-slow' };
  const runtime = createRuntime({
    config: {
      main: 'one/m',
      fallback_chain: ['two/m'],
      providers: {
        one: { ...provider, base_url: `http://127.0.0.1:${primary.port}/v1` },
        two: { ...provider, base_url: `http://127.0.0.1:${fallback.port}/v1` },
      },
    },
    onEvent: (event) => {
      if (event.type === 'asking' && event.target === 'one/m' && event.connection === undefined)
        begunAt.push(performance.now());
      if (event.type === 'rescue' && event.decision.kind === 'next-target')
        markedAt = Math.min(markedAt, performance.now());
    },
  });
  const going: Promise<Asked>[] = [];
  const askFor = async (ms: number): Promise<void> => {
    for (const until = performance.now() + ms; performance.now() < until; await sleep(everyMs)) {
      const at = performance.now();
      going.push(
        ask(runtime).then(({ status, headers }) => ({
          at,
          status,
          target: headers['x-holdfast-target'],
        })),
      );
    }
  };
  await askFor(2000);
  primary.isOverloaded = how === '503';
  if (how === 'refused') await primary.close();
  await askFor(downMs);
  primary.isOverloaded = false;
  if (how === 'refused') await primary.open();
  const backAt = performance.now();
  await askFor(8000);
  const asked = await Promise.all(going);
  await runtime.close();
  await primary.close();
  await fallback.close();
  return { how, asked, begunAt, markedAt, backAt };
}

describe('a provider that is down for a minute, in real time', () => {
  it('answers everybody, probes at most once a second, and uses it again within 5 s of its return', async () => {
    for (const { how, asked, begunAt, markedAt, backAt } of await Promise.all([
      run('503'),
      run('refused'),
    ])) {
      expect(asked.length).toBeGreaterThan(600); // 1,400 where the machine is idle
      expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200]));
      // where it begins: one under way when the mark was set may reach the server long after it
      const probes = begunAt.filter((at) => at > markedAt && at < backAt);
      // a connection is tried first where none was made, and no request is spent on that
      if (how === '503') expect(probes.length).toBeGreaterThan(5);
      const gaps = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
      expect(Math.min(1000, ...gaps)).toBeGreaterThanOrEqual(990);
      const firstBack = asked.find(({ at, target }) => at >= backAt - 4000 && target === 'one/m');
      expect((firstBack?.at ?? Number.POSITIVE_INFINITY) - backAt).toBeLessThanOrEqual(5000);
    }
  });
});
