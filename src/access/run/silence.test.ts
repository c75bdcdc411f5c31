/**
 * Silence with the defaults that a newcomer gets: a hosted model that nobody knows, and no pace,
 * limit or timeout set (law 13).
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { defaults } from '../../model/defaults.ts';

const hosted = (name: string, more: object = {}): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
  ...more,
});
const both = {
  main: 'one/m',
  fallback_chain: ['two/m'],
  providers: { one: hosted('one'), two: hosted('two') },
  auxiliary: { vision: {} },
};
const alone = { main: 'one/m', providers: { one: hosted('one') } };
const text = 'data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n';
const ping = ': ping\n\n';
const emptyDelta = 'data: {"choices":[{"index":0,"delta":{"content":""}}]}\n\n';
const stream = { body: { stream: true } };
const head = { headers: { 'content-type': 'text/event-stream' } };
const closed = Object.assign(new Error('other side closed'), { code: 'ECONNRESET' });

/** Asks, lets the time pass, and tells whether it is over by then. */
async function askFor(stage: EngineStage, options: object, ms: number): Promise<boolean> {
  let isOver = false;
  void stage.begin(options).then(() => {
    isOver = true;
  });
  await stage.host.advance(ms);
  return isOver;
}

function classes(stage: EngineStage): readonly (string | undefined)[] {
  return stage.lastRecord()?.attempts.map(({ failure }) => failure?.class) ?? [];
}

describe('a target that never answers', () => {
  it.each([
    ['a streamed request after 30 s', both, stream, streamed, 30_000],
    ['a whole one in its time', both, {}, answered, defaults.wholeAnswer.free * 1000],
    [
      'the vision task in its time',
      both,
      { model: 'vision' },
      answered,
      defaults.taskTimeout.vision * 1000,
    ],
    ['one with a timeout of 30 s, streamed', withTimeout(), stream, streamed, 30_000],
    ['one with a timeout of 30 s, whole', withTimeout(), {}, answered, 30_000],
  ] as const)(
    'gives way to the free fallback: %s',
    async (_name, config, options, good, afterMs) => {
      const stage = stageEngine(config);
      stage.host.upstream.answerBy(({ origin }) =>
        origin.includes('one') ? { silent: true } : good,
      );
      expect(await askFor(stage, options, afterMs - 1)).toBe(false);
      expect(await askFor(stage, {}, 0)).toBe(false);
      await stage.host.advance(1);
      expect(stage.runtime.records()[0]?.answeredBy).toBe('two/m');
    },
  );

  it('is asked once more where it is the last, within the time for repeats, and then waited for no longer', async () => {
    const stage = stageEngine(alone);
    stage.host.upstream.answerBy(() => ({ silent: true }));
    expect(await askFor(stage, stream, 125_000)).toBe(true);
    expect(classes(stage)).toEqual(['timeout', 'timeout']);
  });

  it('is not asked again with each of its five keys', async () => {
    const credentials = [1, 2, 3, 4, 5].map((n) => ({ label: `k${n}`, api_key: `sk-test-k${n}` }));
    const { api_key: _, ...one } = hosted('one') as { api_key: string };
    const stage = stageEngine({
      ...both,
      providers: { one: { ...one, credentials }, two: hosted('two') },
    });
    stage.host.upstream.answerBy(({ origin }) =>
      origin.includes('one') ? { silent: true } : streamed,
    );
    expect(await askFor(stage, stream, 31_000)).toBe(true);
    expect(stage.sent()).toEqual(['one k1', 'two two']);
  });

  it.each([
    ['at the same server', 'one/z', 'one one'],
    ['at another server', 'two/m', 'two two'],
  ])(
    'does not keep a request from a first target %s, however long the silence before',
    async (_name, last, sent) => {
      const stage = stageEngine({
        main: 'one/m',
        fallback_chain: ['one/n', 'one/o', last],
        providers: { one: hosted('one', { timeout: 100 }), two: hosted('two') },
      });
      stage.host.upstream.answerBy(({ body }) =>
        last.endsWith(String(JSON.parse(String(body)).model)) && stage.sent().length === 4
          ? streamed
          : { silent: true },
      );
      expect(await askFor(stage, stream, 301_000)).toBe(true);
      expect(stage.sent()).toEqual(['one one', 'one one', 'one one', sent]);
      expect(stage.lastRecord()?.answeredBy).toBe(last);
    },
  );

  it('is asked with no other key by this request, after a wait for its end neither', async () => {
    const credentials = [1, 2, 3].map((n) => ({ label: `k${n}`, api_key: `sk-test-k${n}` }));
    const { api_key: _, ...one } = hosted('one') as { api_key: string };
    const stage = stageEngine({
      main: 'one/m',
      providers: { one: { ...one, credentials, selection: 'round-robin', timeout: 20 } },
    });
    stage.host.upstream.answerBy(() => ({ silent: true }));
    await askFor(stage, stream, 700_000);
    const [first] = stage.sent();
    expect(stage.sent().length).toBeGreaterThan(2);
    expect(new Set(stage.sent())).toEqual(new Set([first]));
  });
});

function withTimeout(): object {
  return { ...both, providers: { one: hosted('one', { timeout: 30 }), two: hosted('two') } };
}

describe('a stall that ends in a close', () => {
  it.each<[string, UpstreamStep, string]>([
    [
      'in the middle of the answer',
      { ...head, chunks: [text], chunkDelayMs: 25_000, cutAfter: closed },
      'stream-stall',
    ],
    ['cleanly', { ...head, chunks: [text], chunkDelayMs: 25_000 }, 'stream-stall'],
    ['before the first byte', { error: closed, delayMs: 20_000 }, 'timeout'],
  ])(
    'goes to the next target, and not to the same one again: %s',
    async (_name, step, failureClass) => {
      const stage = stageEngine(both);
      stage.host.upstream.answerBy(({ origin }) => (origin.includes('one') ? step : streamed));
      expect(await askFor(stage, stream, 60_000)).toBe(true);
      expect(classes(stage)).toEqual([failureClass, undefined]);
      expect(stage.sent()).toEqual(['one one', 'two two']);
    },
  );

  it.each<[string, UpstreamStep, string]>([
    [
      'in the middle',
      { ...head, chunks: [text], chunkDelayMs: 9000, cutAfter: closed },
      'stream-cut',
    ],
    ['before the first byte', { error: closed, delayMs: 9000 }, 'connect'],
  ])('is a cut where the silence was short: %s', async (_name, step, failureClass) => {
    const stage = stageEngine(both);
    stage.host.upstream.enqueue(step);
    stage.host.upstream.answerBy(() => streamed);
    expect(await askFor(stage, stream, 60_000)).toBe(true);
    expect(classes(stage)[0]).toBe(failureClass);
    expect(stage.sent()).toEqual(['one one', 'one one']);
  });

  it('is a refused connection, however long that took', async () => {
    const stage = stageEngine(both);
    const error = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
    stage.host.upstream.enqueue({ error, delayMs: 20_000 });
    stage.host.upstream.answerBy(() => streamed);
    expect(await askFor(stage, stream, 60_000)).toBe(true);
    expect(classes(stage)[0]).toBe('connect');
  });
});

describe('a stream that is alive but empty', () => {
  it.each([
    ['pings', ping],
    ['empty deltas', emptyDelta],
  ])('is left 120 s after its last content: %s', async (_name, event) => {
    const stage = stageEngine(both);
    const chunks = [text, ...new Array<string>(60).fill(event)];
    stage.host.upstream.enqueue({ ...head, chunks, chunkDelayMs: 10_000, stallAfter: true });
    stage.host.upstream.answerBy(() => streamed);
    expect(await askFor(stage, stream, 129_000)).toBe(false);
    await stage.host.advance(2000);
    expect(classes(stage)).toEqual(['stream-stall', undefined]);
  });

  it('is kept alive by its pings while content comes now and then', async () => {
    const stage = stageEngine(both);
    const quiet = new Array<string>(10).fill(ping);
    const chunks = [text, ...quiet, text, ...quiet, text, ...quiet, ...(streamed.chunks ?? [])];
    stage.host.upstream.enqueue({ ...head, chunks, chunkDelayMs: 10_000 });
    expect(await askFor(stage, stream, 400_000)).toBe(true);
    expect(classes(stage)).toEqual([undefined]);
  });
});

describe('an error whose body never ends', () => {
  it.each([
    ['streamed, with a fallback', both, stream],
    ['streamed, alone', alone, stream],
    ['whole, with a fallback', both, {}],
    ['whole, alone', alone, {}],
    ['whole, alone and thinking', alone, { body: { reasoning_effort: 'high' } }],
  ] as const)('is judged 10 s after its head: %s', async (_name, config, options) => {
    const stage = stageEngine(config);
    const refusal = { status: 400, chunks: ['{"error":{"message":"so'], stallAfter: true } as const;
    const good = 'body' in options && 'stream' in options.body ? streamed : answered;
    stage.host.upstream.answerBy(({ origin }) => (origin.includes('one') ? refusal : good));
    expect(await askFor(stage, options, 9999)).toBe(false);
    await stage.host.advance(2);
    expect(classes(stage)[0]).toBe('refused-request');
  });
});
