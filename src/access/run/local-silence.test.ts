/**
 * How long a server of one's own may be silent while somebody else is free, and how short a probe
 * is (laws 7 and 13).
 */

import { describe, expect, it } from 'vitest';
import {
  type AskOptions,
  type EngineStage,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const local = (more: object = {}): object => ({
  base_url: 'http://127.0.0.1:8080/v1',
  protocol: 'openai-chat',
  auth: 'none',
  ...more,
});
const hosted = (name: string): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
});
const beside = (more: object = {}): object => ({
  main: 'own/m',
  fallback_chain: ['two/m'],
  providers: { own: local(more), two: hosted('two') },
});
const alone = (more: object = {}): object => ({ main: 'own/m', providers: { own: local(more) } });
const head = { headers: { 'content-type': 'text/event-stream' } };
const silent: UpstreamStep = { silent: true };
const headOnly: UpstreamStep = { ...head, stallAfter: true };
const pinging: UpstreamStep = {
  ...head,
  chunks: new Array<string>(200).fill(': ping\n\n'),
  chunkDelayMs: 10_000,
  stallAfter: true,
};

/** `own` does this, everybody else answers. */
function stage(
  config: object,
  step: UpstreamStep,
): EngineStage & { own(step: UpstreamStep): void } {
  const scene = stageEngine(config);
  let now = step;
  scene.host.upstream.answerBy(({ origin }) => (origin.includes('127.0.0.1') ? now : streamed));
  return {
    ...scene,
    own: (next) => {
      now = next;
    },
  };
}

/** How long its first attempt took, s. */
async function askFor(
  scene: EngineStage,
  options: AskOptions = {},
  patienceMs = 1_300_000,
): Promise<number> {
  let isOver = false;
  const stay = new AbortController();
  const body = { stream: true, ...options.body };
  void scene.begin({ ...options, body, signal: stay.signal }).then(
    () => {
      isOver = true;
    },
    () => undefined,
  );
  for (let waited = 0; waited < patienceMs && !isOver; waited += 1000)
    await scene.host.advance(1000);
  stay.abort();
  await scene.host.advance(0);
  return Math.round((scene.lastRecord()?.attempts[0]?.durationMs ?? Number.NaN) / 1000);
}

/** Bytes of so many tokens, as they are estimated. */
const promptOf = (tokens: number): AskOptions => ({
  body: { messages: [{ role: 'user', content: 'abc'.repeat(tokens) }] },
});

describe('a server of one’s own that says nothing, beside one that is free', () => {
  it('may load its model for 300 s once, and is left after 90 s from then on', async () => {
    const scene = stage(beside(), silent);
    const seconds = [];
    for (let n = 0; n < 3; n++) seconds.push(await askFor(scene));
    expect(seconds[0]).toBe(300);
    expect(seconds.slice(1).map((s) => s >= 90 && s <= 95)).toEqual([true, true]);
    expect(scene.runtime.records().map(({ answeredBy }) => answeredBy)).toEqual([
      'two/m',
      'two/m',
      'two/m',
    ]);
  });

  it('has used up its time to load when callers have waited for it, who left', async () => {
    const scene = stage(beside(), silent);
    for (let n = 0; n < 4; n++) await askFor(scene, {}, 80_000);
    expect(await askFor(scene)).toBeLessThan(95);
  });

  it('is cold again 5 min after it was last heard of', async () => {
    const scene = stage(beside(), streamed);
    await askFor(scene);
    await scene.host.advance(200_000);
    scene.own(silent);
    expect(await askFor(scene)).toBeLessThan(95);
    scene.own(streamed);
    await scene.host.advance(60_000);
    await askFor(scene);
    await scene.host.advance(400_000);
    scene.own(silent);
    expect(await askFor(scene)).toBe(300);
  });

  it.each([
    ['its head alone', headOnly],
    ['pings that end', { ...pinging, chunks: pinging.chunks?.slice(0, 3) ?? [] }],
  ])('is left as long after the last byte: %s', async (_name, step) => {
    const scene = stage(beside(), streamed);
    await askFor(scene);
    scene.own(step);
    const lastByteS = 10 * (step.chunks?.length ?? 0);
    const seconds = await askFor(scene);
    expect(seconds - lastByteS).toBeGreaterThanOrEqual(90);
    expect(seconds - lastByteS).toBeLessThanOrEqual(95);
  });

  it.each([
    [1000, 140],
    [2000, 190],
    [3000, 240],
    [8000, 300],
    [80_000, 300],
  ])('has three times what it needs to read %i tokens, at 60 a second: %i s', async (tokens, s) => {
    const scene = stage(beside(), streamed);
    await askFor(scene);
    scene.own(silent);
    const took = await askFor(scene, promptOf(tokens));
    expect(Math.abs(took - s)).toBeLessThanOrEqual(5);
  });

  it('has what its own pace needs, once that was measured, and what it read from its cache counts nothing', async () => {
    const usage = {
      prompt_tokens: 9000,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 3000 },
    };
    const measured: UpstreamStep = {
      ...head,
      delayMs: 10_000,
      chunks: [
        'data: {"choices":[{"index":0,"delta":{"content":"done"}}]}\n\n',
        `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":${JSON.stringify(usage)}}\n\ndata: [DONE]\n\n`,
      ],
    };
    const scene = stage(beside(), streamed);
    await askFor(scene);
    scene.own(measured);
    await askFor(scene);
    scene.own(silent);
    // 600 tokens a second: 6,000 take 10 s.
    expect(Math.abs((await askFor(scene, promptOf(6000))) - 120)).toBeLessThanOrEqual(3);
  });

  it('is left at 300 s while it pings, and at 600 s where nobody else is free', async () => {
    expect(await askFor(stage(beside(), pinging))).toBe(300);
    expect(await askFor(stage(alone(), pinging))).toBe(600);
  });

  it.each([
    ['pace: quick', { pace: 'quick' }, silent, 10],
    ['pace: normal', { pace: 'normal' }, silent, 30],
    ['pace: quick, of one that pings', { pace: 'quick' }, pinging, 10],
    ['timeout', { timeout: 25 }, silent, 25],
    ['timeout, of one that pings', { timeout: 25 }, pinging, 25],
    ['limits.first_content', { limits: { first_content: 20 } }, silent, 20],
    [
      'limits.first_content, longer than our guess',
      { limits: { first_content: 400 } },
      silent,
      400,
    ],
    [
      'limits.first_content, of one that gives its head alone',
      { limits: { first_content: 400 } },
      headOnly,
      400,
    ],
    ['limits.response_head', { limits: { response_head: 15 } }, silent, 15],
  ])('obeys %s', async (_name, settings, step, s) => {
    expect(await askFor(stage(beside(settings), step))).toBe(s);
  });
});

describe('a streamed probe while somebody else is free', () => {
  /** A mark of silence, whose window is over. */
  async function heldBack(config: object, local_: boolean): Promise<ReturnType<typeof stage>> {
    const scene = stageEngine(config);
    let now: UpstreamStep = silent;
    scene.host.upstream.answerBy(({ origin }) =>
      origin.includes(local_ ? '127.0.0.1' : 'one') ? now : streamed,
    );
    for (let n = 0; n < 3; n++) await askFor(scene);
    await scene.host.advance(10_500);
    return {
      ...scene,
      own: (next) => {
        now = next;
      },
    };
  }
  const both = {
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: { one: hosted('one'), two: hosted('two') },
  };

  it.each([
    ['5 s for its head', both, false, 5],
    ['15 s, if it is a server of one’s own', beside(), true, 15],
  ])('has %s', async (_name, config, isLocal, s) => {
    const scene = await heldBack(config, isLocal);
    for (let n = 0; n < 4; n++) {
      expect(await askFor(scene)).toBe(s);
      expect(scene.lastRecord()?.answeredBy).toBe('two/m');
      await scene.host.advance(32_000);
    }
  });

  it('has the time of any last attempt where nobody else is free', async () => {
    const { fallback_chain: _, ...config } = both;
    const scene = stageEngine(config);
    scene.host.upstream.answerBy(() => silent);
    await askFor(scene, {}, 200_000);
    await scene.host.advance(15_000);
    scene.host.upstream.answerBy(() => ({ ...streamed, delayMs: 20_000 }));
    expect(await askFor(scene)).toBe(20);
  });

  it('finds a target that is slow by nature: what its heads took before is allowed', async () => {
    const scene = stageEngine(both);
    const slow = { ...streamed, delayMs: 9000 };
    let now: UpstreamStep = slow;
    scene.host.upstream.answerBy(({ origin }) => (origin.includes('one') ? now : streamed));
    for (let n = 0; n < 3; n++) await askFor(scene);
    now = silent;
    for (let n = 0; n < 3; n++) await askFor(scene);
    await scene.host.advance(10_500);
    now = slow;
    await askFor(scene);
    expect(scene.lastRecord()?.answeredBy).toBe('one/m');
  });

  it('leaves no target out for ever: one probe in 15 min has all of its time', async () => {
    const scene = await heldBack(both, false);
    scene.own({ ...streamed, delayMs: 9000 });
    const answered = new Set<string | undefined>();
    let longs = 0;
    for (let n = 0; n < 32; n++) {
      if ((await askFor(scene)) > 5) longs += 1;
      answered.add(scene.lastRecord()?.answeredBy);
      if (answered.has('one/m')) break;
      await scene.host.advance(31_000);
    }
    expect([...answered]).toEqual(['two/m', 'one/m']);
    expect(longs).toBe(1);
  });
});
