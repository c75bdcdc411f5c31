/**
 * An outage of a minute under agents that ask through official SDKs with their defaults, on the
 * fake clock: who is answered in the end.
 */

import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { answered, refused } from '../fakes/engine-stage.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../fakes/fake-host.ts';
import { Random } from './random.ts';

const start = 1_800_000_000_000;
/**
 * Of all these SDKs: tries after the first, their pauses where the answer names none, and the
 * longest that they wait as told.
 */
const sdkRetries = 2;
const backoff = { firstMs: 500, mostMs: 8000, jitter: 0.25 };
const longestToldMs = 60_000;

/**
 * What each announces; all have a limit of ten minutes. OpenAI's for JavaScript announces it only
 * where it is given with the call.
 */
export const sdks = {
  'OpenAI for JavaScript': { agent: 'OpenAI/JS 7.55.0', announces: {} },
  'OpenAI for Python': {
    agent: 'OpenAI/Python 3.9.0',
    announces: { 'x-stainless-read-timeout': '600' },
  },
  Anthropic: { agent: 'Anthropic/JS 1.11.0', announces: { 'x-stainless-timeout': '600' } },
} as const;

const outages: Readonly<Record<string, UpstreamStep>> = {
  '503': { ...refused(503), delayMs: 20 },
  '500': { ...refused(500), delayMs: 20 },
  refused: {
    error: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    delayMs: 5,
  },
};

export interface SdkOutage {
  readonly sdk: keyof typeof sdks;
  readonly callers: number;
  readonly downMs: number;
  readonly seed: number;
}

/** How many of the callers were answered, with what their SDK tries by itself. */
export async function playSdkOutage({ sdk, callers, downMs, seed }: SdkOutage): Promise<number> {
  const random = new Random(seed);
  const host = createFakeHost({ now: start, random: random.series(11) });
  const outage = outages[random.pick(Object.keys(outages))] ?? answered;
  host.upstream.answerBy(() =>
    host.clock.now() < start + downMs ? outage : { ...answered, delayMs: 200 },
  );
  const provider = {
    base_url: 'https://one.test/v1',
    protocol: 'openai-chat',
    api_key: 'sk-test-sdks',
  };
  const runtime = createRuntime({ host, config: { main: 'one/m', providers: { one: provider } } });
  const isOnePrompt = random.chance(0.5);
  const over: boolean[] = [];
  for (let n = 0; n < callers; n++) {
    const prompt = isOnePrompt ? 'hello' : `hello ${n}`;
    const atMs = random.integer(0, downMs);
    const pauses = random.series(sdkRetries);
    void host.clock
      .sleep(atMs)
      .then(() => call({ host, runtime }, { ...sdks[sdk], prompt, pauses }))
      .then((isAnswered) => over.push(isAnswered));
  }
  while (over.length < callers) await host.advance(5000);
  await runtime.close();
  return over.filter(Boolean).length;
}

interface SdkCall {
  readonly agent: string;
  readonly announces: Readonly<Record<string, string>>;
  readonly prompt: string;
  /** Uniform in [0, 1), for the jitter of each pause. */
  readonly pauses: readonly number[];
}

interface Stage {
  readonly host: FakeHost;
  readonly runtime: Runtime;
}

async function call(stage: Stage, { agent, announces, prompt, pauses }: SdkCall): Promise<boolean> {
  for (let attempt = 0; attempt <= sdkRetries; attempt++) {
    const headers = {
      ...announces,
      'user-agent': agent,
      'x-stainless-retry-count': String(attempt),
    };
    const { status, told } = await post(stage, headers, prompt);
    if (status === 200) return true;
    const mayRetry = told['x-should-retry'] !== 'false' && (status === 429 || status >= 500);
    if (!mayRetry) return false;
    const toldMs = Number(told['retry-after'] ?? Number.NaN) * 1000;
    const ownMs =
      Math.min(backoff.firstMs * 2 ** attempt, backoff.mostMs) *
      (1 - backoff.jitter * (pauses[attempt] ?? 0));
    if (attempt < sdkRetries)
      await stage.host.clock.sleep(toldMs >= 0 && toldMs <= longestToldMs ? toldMs : ownMs);
  }
  return false;
}

interface Posted {
  readonly status: number;
  readonly told: Readonly<Record<string, string>>;
}

function post(
  { runtime }: Stage,
  headers: Readonly<Record<string, string>>,
  prompt: string,
): Promise<Posted> {
  const messages = [{ role: 'user', content: prompt }];
  const body = Buffer.from(JSON.stringify({ model: 'main', messages }));
  let posted: Posted = { status: 0, told: {} };
  const request = {
    method: 'POST',
    path: '/v1/chat/completions',
    headers,
    body,
    signal: new AbortController().signal,
  };
  return new Promise((resolve) => {
    void runtime.exchange(request, {
      head: (status, told) => {
        posted = { status, told };
      },
      write: () => true,
      onDrain: (resume) => resume(),
      end: () => resolve(posted),
    });
  });
}
