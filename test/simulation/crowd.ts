/**
 * A crowd of callers in an outage, on the fake clock: agents that ask day and night through their
 * SDKs, and a provider that is down for a while and takes only so many requests a minute once it is
 * back.
 */

import type { UpstreamRequest } from '../../src/host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { refused, streamed } from '../fakes/engine-stage.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../fakes/fake-host.ts';

const start = 1_800_000_000_000;
const minute = 60_000;

export interface Crowd {
  readonly callers: number;
  readonly downMs: number;
  /** Requests that the provider takes in each minute after its return. */
  readonly perMinute: number;
  /** Everybody must be answered within this time of its return. */
  readonly restMs: number;
}

export interface CrowdReport {
  /** Callers whose first call failed, SDK's retries included. */
  readonly lost: number;
  /** Callers that never got an answer, however often their agent asked anew. */
  readonly unanswered: number;
  /** POSTs of all callers. */
  readonly posts: number;
  readonly seenWhileDown: number;
  /** The most that the provider saw in any 10 s while it was down, after its first minute. */
  readonly busiestWhileDown: number;
  readonly refusedAfterReturn: number;
  /** The longest that a single POST was held, ms. */
  readonly longestHeldMs: number;
  /** When the last of all was answered, ms after the return. */
  readonly lastAnsweredMs: number;
}

interface Counts {
  posts: number;
  lost: number;
  longestHeldMs: number;
  lastAnsweredAt: number;
}

/**
 * As both big SDKs behave: up to two retries of a 429, after the time that it names, and a limit of
 * ten minutes.
 */
const sdkRetries = 2;
/** An agent whose call failed goes on after a while. */
const againMs = 60_000;

export async function playCrowd(crowd: Crowd): Promise<CrowdReport> {
  const host = createFakeHost({ now: start, random: [0.1, 0.5, 0.9, 0.3, 0.7] });
  const seen: number[] = [];
  const refusedAt: number[] = [];
  const taken = new Map<number, number>();
  const backAt = start + crowd.downMs;
  const answer = (_request: UpstreamRequest): UpstreamStep => {
    const now = host.clock.now();
    if (now < backAt) {
      seen.push(now);
      return { ...refused(503), delayMs: 20 };
    }
    const window = Math.floor((now - backAt) / minute);
    const count = (taken.get(window) ?? 0) + 1;
    taken.set(window, count);
    if (count <= crowd.perMinute) return { ...streamed, delayMs: 200 };
    refusedAt.push(now);
    return { ...refused(429), delayMs: 20 };
  };
  host.upstream.answerBy(answer);
  const runtime = createRuntime({ host, config, recordLimit: 0 });
  const counts: Counts = { posts: 0, lost: 0, longestHeldMs: 0, lastAnsweredAt: 0 };
  const answered = new Set<number>();
  const post = (): Promise<Posted> => send(host, runtime, counts);
  for (let caller = 0; caller < crowd.callers; caller++)
    void live(host, post, counts).then(() => answered.add(caller));
  const end = backAt + crowd.restMs;
  while (host.clock.now() < end && answered.size < crowd.callers) await host.advance(5000);
  await runtime.close();
  return {
    lost: counts.lost,
    unanswered: crowd.callers - answered.size,
    posts: counts.posts,
    seenWhileDown: seen.length,
    busiestWhileDown: busiest(seen.filter((at) => at >= start + minute)),
    refusedAfterReturn: refusedAt.length,
    longestHeldMs: counts.longestHeldMs,
    lastAnsweredMs: counts.lastAnsweredAt - backAt,
  };
}

const config = {
  main: 'one/m',
  providers: {
    one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-crowd' },
  },
};

interface Posted {
  readonly isAnswered: boolean;
  /** Absent where the answer says not to try again. */
  readonly retryAfterMs?: number;
}

/** One agent: a call with its SDK's retries, and once more a minute later until it is answered. */
async function live(host: FakeHost, post: () => Promise<Posted>, counts: Counts): Promise<void> {
  for (let round = 0; ; round++) {
    for (let attempt = 0; attempt <= sdkRetries; attempt++) {
      const { isAnswered, retryAfterMs } = await post();
      if (isAnswered) return;
      if (retryAfterMs === undefined) break;
      if (attempt < sdkRetries) await host.clock.sleep(retryAfterMs);
    }
    if (round === 0) counts.lost += 1;
    await host.clock.sleep(againMs);
  }
}

function send(
  host: FakeHost,
  runtime: ReturnType<typeof createRuntime>,
  counts: Counts,
): Promise<Posted> {
  const at = host.clock.now();
  counts.posts += 1;
  let [text, status, retryAfter] = ['', 0, Number.NaN];
  const take = (chunk?: Uint8Array): boolean => {
    text += Buffer.from(chunk ?? []).toString();
    return true;
  };
  return new Promise((resolve) => {
    void runtime.exchange(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'x-stainless-timeout': '600' },
        body: Buffer.from(
          '{"model":"main","stream":true,"messages":[{"role":"user","content":"hello"}]}',
        ),
        signal: new AbortController().signal,
      },
      {
        head: (code, headers) => {
          status = code;
          retryAfter = Number(headers['retry-after'] ?? Number.NaN);
        },
        write: take,
        onDrain: (resume) => resume(),
        end: (chunk) => {
          take(chunk);
          const isAnswered = text.includes('[DONE]');
          counts.longestHeldMs = Math.max(counts.longestHeldMs, host.clock.now() - at);
          if (isAnswered) counts.lastAnsweredAt = host.clock.now();
          const mayRetry = status === 429 && retryAfter > 0;
          resolve({ isAnswered, ...(mayRetry ? { retryAfterMs: retryAfter * 1000 } : {}) });
        },
      },
    );
  });
}

function busiest(times: readonly number[]): number {
  const perSlot = new Map<number, number>();
  for (const at of times) {
    const slot = Math.floor(at / 10_000);
    perSlot.set(slot, (perSlot.get(slot) ?? 0) + 1);
  }
  return Math.max(0, ...perSlot.values());
}
