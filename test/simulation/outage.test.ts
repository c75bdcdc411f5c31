/**
 * A provider goes away for a minute under traffic, on the fake clock and at full length: the
 * breaker is marks, windows and one probe at a time (law 7).
 */

import { describe, expect, it } from 'vitest';
import type { UpstreamRequest } from '../../src/host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { createFakeHost, type UpstreamStep } from '../fakes/fake-host.ts';

const answer: UpstreamStep = {
  headers: { 'content-type': 'application/json' },
  chunks: ['{"choices":[{"message":{"content":"fine"},"finish_reason":"stop"}]}'],
  delayMs: 20,
};
const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), {
  code: 'ECONNREFUSED',
});

const start = 1_800_000_000_000;
const everyMs = 50;
const downFrom = start + 5000;
const backAt = downFrom + 60_000;
const end = backAt + 10_000;

interface Asked {
  readonly at: number;
  status: number;
  target: string | undefined;
}

/**
 * Twenty requests a second, one target with a fallback; the primary fails as given while it is
 * down.
 */
async function run(
  failing: (now: number) => UpstreamStep,
): Promise<{ asked: readonly Asked[]; primary: readonly number[]; markedAt: number }> {
  const primary: number[] = [];
  let markedAt = Number.POSITIVE_INFINITY;
  const reply = ({ origin }: UpstreamRequest): UpstreamStep => {
    if (!origin.includes('one')) return answer;
    const now = host.clock.now();
    primary.push(now);
    return now >= downFrom && now < backAt ? failing(now) : answer;
  };
  const host = createFakeHost({ now: start });
  host.upstream.answerBy(reply);
  const provider = { protocol: 'openai-chat', api_key: 'sk-test-outage' };
  const runtime = createRuntime({
    host,
    config: {
      main: 'one/m',
      fallback_chain: ['two/m'],
      providers: {
        one: { ...provider, base_url: 'https://one.test/v1' },
        two: { ...provider, base_url: 'https://two.test/v1' },
      },
    },
    onEvent: (event) => {
      if (event.type === 'rescue' && event.decision.kind === 'next-target')
        markedAt = Math.min(markedAt, host.clock.now());
    },
  });
  const asked: Asked[] = [];
  for (let at = start; at < end; at += everyMs) {
    const one: Asked = { at, status: 0, target: undefined };
    asked.push(one);
    void runtime.exchange(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: {},
        body: Buffer.from('{"model":"main","messages":[{"role":"user","content":"hello"}]}'),
        signal: new AbortController().signal,
      },
      {
        head: (status, headers) =>
          Object.assign(one, { status, target: headers['x-holdfast-target'] }),
        write: () => true,
        onDrain: (resume) => resume(),
        end: () => undefined,
      },
    );
    await host.advance(everyMs);
  }
  await host.advance(10_000);
  await runtime.close();
  return { asked, primary, markedAt };
}

describe('a provider that is down for a minute under 20 requests a second', () => {
  const overloaded: UpstreamStep = {
    status: 503,
    chunks: ['{"error":{"message":"no capacity"}}'],
    delayMs: 10,
  };
  const broken: UpstreamStep = {
    status: 500,
    chunks: ['{"error":{"message":"broken"}}'],
    delayMs: 10,
  };
  const unreachable: UpstreamStep = { error: refused, delayMs: 1 };

  it.each<[string, (now: number) => UpstreamStep]>([
    ['503', () => overloaded],
    ['500', () => broken],
    ['connection refused', () => unreachable],
    ['503, then connection refused', (now) => (now < downFrom + 30_000 ? overloaded : unreachable)],
  ])(
    '%s: everybody is answered, it is probed at most once a second, and is in use within 5 s of its return',
    async (_name, failing) => {
      const { asked, primary, markedAt } = await run(failing);
      expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200]));
      const whileDown = asked.filter(({ at }) => at >= downFrom && at < backAt - 2000);
      expect(new Set(whileDown.map(({ target }) => target))).toEqual(new Set(['two/m']));

      const probes = primary.filter((at) => at > markedAt && at < backAt);
      const gaps = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
      expect(probes.length).toBeLessThanOrEqual(20);

      const firstBack = asked.find(({ at, target }) => at >= backAt - 5000 && target === 'one/m');
      expect((firstBack?.at ?? Number.POSITIVE_INFINITY) - backAt).toBeLessThanOrEqual(5000);
      expect(
        new Set(
          asked.filter(({ at }) => at > (firstBack?.at ?? 0) + 500).map(({ target }) => target),
        ),
      ).toEqual(new Set(['one/m']));
    },
  );
});
