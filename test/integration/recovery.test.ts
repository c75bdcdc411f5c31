/**
 * Streams that break after their first content, over real sockets: the caller gets the whole answer
 * or one clean error (docs/streams.md).
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type Answer, ask, textOf } from './harness.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

interface Scene {
  readonly model: string;
  readonly fallback?: string;
  /** Settings of the provider of `model`. */
  readonly main?: object;
  /** Settings of the provider of `fallback`. */
  readonly spare?: object;
  readonly config?: object;
  readonly body?: object;
  readonly headers?: Headers;
}

async function travel(scene: Scene) {
  const { model, fallback = 'sim/echo' } = scene;
  const server = {
    base_url: sim.url,
    protocol: 'openai-chat',
    api_key: 'sk-sim-good',
    pace: 'quick',
  };
  const runtime = createRuntime({
    config: {
      main: { provider: 'one', model },
      fallback_chain: [{ provider: 'two', model: fallback }],
      providers: {
        one: { ...server, ...scene.main },
        two: {
          ...server,
          base_url: sim.url.replace('127.0.0.1', 'localhost'),
          api_key: 'sk-sim-good+spare',
          ...scene.spare,
        },
      },
      ...scene.config,
    },
  });
  const body = { stream: true, stream_options: { include_usage: true }, ...scene.body };
  const answer = await ask(
    runtime,
    body,
    scene.headers === undefined ? {} : { headers: scene.headers },
  );
  const [record] = runtime.records();
  await runtime.close();
  return {
    answer,
    record,
    seen: sim.log().map(({ model: asked, prefill }) => ({ asked, prefill })),
  };
}

interface Chunk {
  readonly id?: string;
  readonly model?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly usage?: { readonly completion_tokens: number } | null;
  readonly choices?: readonly { readonly finish_reason: string | null }[];
}

function chunksOf(answer: Answer): readonly Chunk[] {
  return answer.text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)));
}

/**
 * The simulated provider counts its words, so that a whole answer can be seen to be whole: `~7/60
 * ~8/60 …`.
 */
function countsOf(text: string): readonly number[] {
  return [...text.matchAll(/~(\d+)\/\d+/g)].map(([, count]) => Number(count));
}

function isCountedWhole(text: string, to: number): boolean {
  const counts = countsOf(text);
  return (
    counts.at(-1) === to &&
    counts.every((count, index) => index === 0 || count === (counts[index - 1] ?? 0) + 1)
  );
}

describe('a stream that is cut after 40 of 60 events (fault 8)', () => {
  it('is told whole: one id, one model, one finish reason, one usage, one marker', async () => {
    const { answer, record } = await travel({ model: 'sim/cut-after-40' });
    expect(isCountedWhole(textOf(answer), 60)).toBe(true);
    const chunks = chunksOf(answer);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(new Set(chunks.map(({ model }) => model))).toEqual(new Set(['sim/cut-after-40']));
    expect(
      chunks.flatMap(({ choices = [] }) => choices.flatMap((choice) => choice.finish_reason ?? [])),
    ).toEqual(['stop']);
    expect(chunks.filter(({ usage }) => usage)).toHaveLength(1);
    expect(answer.text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(record?.outcome).toBe('answered');
  });

  it('says where the joint is, in a comment and in the record', async () => {
    const { answer, record } = await travel({ model: 'sim/cut-after-40', fallback: 'sim/plain' });
    const [joint] = record?.joints ?? [];
    expect(joint).toMatchObject({
      from: 'one/sim/cut-after-40',
      way: 'instruct',
      finding: 'clean',
      removed: 0,
    });
    expect(answer.text).toContain(
      `: holdfast joint at=${joint?.at} target=${joint?.to} way=instruct finding=clean removed=0\n\n`,
    );
    const before = answer.text.slice(0, answer.text.indexOf(': holdfast joint'));
    expect(textOf({ ...answer, text: before })).toHaveLength(joint?.at ?? 0);
    expect(record?.attempts.map(({ failure }) => failure?.class)).toEqual([
      'stream-cut',
      undefined,
    ]);
  });

  it('is continued by prefill where config or catalogue says that the target takes it', async () => {
    const models = { 'sim/cut-after-40': { prefill: true } };
    const { answer, record, seen } = await travel({ model: 'sim/cut-after-40', main: { models } });
    expect(seen.map(({ prefill }) => prefill)).toEqual([false, true]);
    expect(record?.joints?.[0]?.way).toBe('prefill');
    expect(isCountedWhole(textOf(answer), 60)).toBe(true);
  });

  it('is continued by instruction where the target refuses a prefill with 400 (fault 14)', async () => {
    const { answer, record, seen } = await travel({
      model: 'sim/stall-after-20',
      fallback: 'sim/no-prefill',
      main: { limits: { idle_text: 0.2 } },
      spare: { models: { 'sim/no-prefill': { prefill: true } } },
    });
    expect(seen).toEqual([
      { asked: 'sim/stall-after-20', prefill: false },
      { asked: 'sim/no-prefill', prefill: true },
      { asked: 'sim/no-prefill', prefill: false },
    ]);
    expect(record?.joints).toHaveLength(1);
    expect(isCountedWhole(textOf(answer), 30)).toBe(true);
  });
});

describe('a stream that is cut after any event', () => {
  it.each([5, 7, 19, 59])('is told whole: after %i', async (events) => {
    const { answer, record } = await travel({ model: `sim/cut-after-${events}` });
    const counts = countsOf(textOf(answer));
    expect(isCountedWhole(textOf(answer), counts.at(-1) ?? 0)).toBe(true);
    expect(textOf(answer)).toMatch(/^sim\/cut-after-\d+ heard: hello there/);
    expect(textOf(answer)).toMatch(/~(\d+)\/\1$/);
    expect(record?.outcome).toBe('answered');
    expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

describe('a stream that falls silent after 20 events (fault 9)', () => {
  it('is continued by the next target within its limit, and the silent request is ended', async () => {
    const { answer, record } = await travel({
      model: 'sim/stall-after-20',
      main: { limits: { idle_text: 0.2 } },
    });
    expect(isCountedWhole(textOf(answer), 30)).toBe(true);
    expect(record?.attempts.map(({ failure }) => failure?.class)).toEqual([
      'stream-stall',
      undefined,
    ]);
    expect(record?.answeredBy).toBe('two/sim/echo');
    // Its own limit, not the 20 s that hold without it.
    expect(record?.durationMs).toBeLessThan(15_000);
    expect(sim.log()[0]?.hungUpAtMs).toBeDefined();
    expect(answer.text).toMatch(/: holdfast target=two\/sim\/echo attempts=2\n\ndata: \[DONE\]/);
  });
});

describe('an error inside the stream after content', () => {
  it('is a failure like any other: somebody goes on', async () => {
    const { answer, record } = await travel({ model: 'sim/error-in-stream' });
    expect(record?.attempts[0]?.failure?.class).toBe('overloaded');
    expect(record?.outcome).toBe('answered');
    expect(answer.text).not.toContain('"error"');
  });
});

describe('stream_recovery: error', () => {
  const error = { stream_recovery: 'error' };
  it.each<[string, Partial<Scene>]>([
    ['for all', { config: error }],
    ['for the provider', { main: error }],
    [
      'for the provider, against the rest',
      { main: error, config: { stream_recovery: 'continue' } },
    ],
    ['for the task', { config: { auxiliary: { notes: error } }, body: { model: 'notes' } }],
    [
      'for the task, against the provider',
      {
        main: { stream_recovery: 'continue' },
        config: { auxiliary: { notes: error } },
        body: { model: 'notes' },
      },
    ],
    ['for this request', { headers: { 'x-holdfast-stream-recovery': 'error' } }],
  ])('%s ends a cut with one clean error', async (_name, scene) => {
    const { answer, record, seen } = await travel({ model: 'sim/cut-after-4', ...scene });
    expect(seen).toHaveLength(1);
    expect(record?.outcome).toBe('broken');
    expect(chunksOf(answer).at(-1)?.error?.code).toBe('stream-cut');
    expect(answer.text).not.toContain('[DONE]');
  });

  it('is outranked by the request', async () => {
    const headers = { 'x-holdfast-stream-recovery': 'continue' };
    const { record } = await travel({ model: 'sim/cut-after-4', config: error, headers });
    expect(record?.outcome).toBe('answered');
  });

  it('an unknown wish is refused before anything is sent', async () => {
    const { answer, seen } = await travel({
      model: 'sim/echo',
      headers: { 'x-holdfast-stream-recovery': 'maybe' },
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('x-holdfast-stream-recovery');
    expect(seen).toEqual([]);
  });
});

describe('what cannot be continued ends with one clean error that says why', () => {
  const tool = {
    type: 'function',
    function: {
      name: 'look_up',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  };
  it.each<[string, object, RegExp]>([
    [
      'a started tool call',
      { tools: [tool], tool_choice: 'required' },
      /a tool call cannot be continued/,
    ],
    [
      'a strict output format',
      { response_format: { type: 'json_object' } },
      /a strict output format cannot be continued/,
    ],
    ['several answers', { n: 2 }, /several answers at once cannot be continued/],
    ['log probabilities', { logprobs: true }, /log probabilities cannot be continued/],
    ['audio', { modalities: ['text', 'audio'] }, /audio cannot be continued/],
  ])('%s', async (_name, body, why) => {
    const { answer, record } = await travel({ model: 'sim/cut-after-2', body });
    const last = chunksOf(answer).at(-1);
    expect(last?.error?.message).toMatch(why);
    expect(record?.notContinued).toMatch(why);
    expect(answer.text).not.toContain('[DONE]');
    expect(chunksOf(answer).filter(({ error }) => error !== undefined)).toHaveLength(1);
    expect(record?.outcome).toBe('broken');
  });
});

describe('when nobody can go on', () => {
  it('ends with one clean error that names who was asked', async () => {
    const { answer, record } = await travel({
      model: 'sim/stall-after-20',
      fallback: 'sim/status-401',
      main: { limits: { idle_text: 0.2 } },
    });
    const errors = chunksOf(answer).flatMap(({ error }) => error ?? []);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.code).toBe('stream-stall');
    expect(errors[0]?.message).toMatch(
      /one\/sim\/stall-after-20 broke off .* no target continued it: .*two/s,
    );
    expect(answer.text).not.toContain('[DONE]');
    expect(record?.outcome).toBe('broken');
  });
});
