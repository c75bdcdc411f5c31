/**
 * Callers with a limit, and callers who leave: a free fallback is asked in time, and nobody else is
 * (laws 13 and 14).
 */

import { describe, expect, it } from 'vitest';
import {
  type AskOptions,
  answered,
  type EngineStage,
  refused,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';

const hosted = (name: string): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
});
const names = ['one', 'two', 'three'] as const;
const providers = Object.fromEntries(names.map((name) => [name, hosted(name)]));
const route = { main: 'one/m', fallback_chain: ['two/m'], providers };
const three = { ...route, fallback_chain: ['two/m', 'three/m'] };

/** Those that are named keep silent; the others answer at once. */
function stageSilent(silent: readonly string[], config: object = route): EngineStage {
  const stage = stageEngine(config);
  stage.host.upstream.answerBy(({ origin, body }) => {
    if (silent.some((name) => origin.includes(name))) return { silent: true };
    return String(body).includes('"stream":true') ? streamed : answered;
  });
  return stage;
}

/** Asks, and leaves after that time unless it was answered. */
async function askFor(
  stage: EngineStage,
  ms: number,
  options: AskOptions = {},
): Promise<string | undefined> {
  const caller = new AbortController();
  const headers = { 'user-agent': 'agent/1', ...options.headers };
  let status = 0;
  void stage.begin({ ...options, headers, signal: caller.signal }).then((answer) => {
    status = answer.status;
  });
  for (let left = ms; left > 0 && status === 0; left -= 250)
    await stage.host.advance(Math.min(250, left));
  if (status === 0) caller.abort();
  await stage.host.advance(0);
  return stage.lastRecord()?.answeredBy;
}

describe('a caller with a limit, and a silent target', () => {
  it.each([
    ['x-stainless-timeout', '20', 10_000],
    ['x-stainless-read-timeout', '20.0', 10_000],
    ['x-server-timeout', '30', 15_000],
    ['x-envoy-expected-rq-timeout-ms', '18000', 9000],
    ['grpc-timeout', '20S', 10_000],
    ['grpc-timeout', '20000m', 10_000],
    ['x-stainless-timeout', '8', 5000],
    ['x-stainless-timeout', '290', 145_000],
  ])('asks the free fallback after half of it: %s %s', async (name, text, afterMs) => {
    const stage = stageSilent(['one']);
    void stage.begin({ headers: { [name]: text } });
    await stage.host.advance(afterMs - 1);
    expect(stage.sent()).toEqual(['one one']);
    await stage.host.advance(1);
    expect(stage.sent()).toEqual(['one one', 'two two']);
    expect(stage.lastRecord()?.attempts[0]?.failure).toMatchObject({
      class: 'timeout',
      rule: 'limit-caller',
    });
  });

  it.each([
    ['nobody knows its limit', {}],
    [
      'its limit cannot be used',
      { headers: { 'x-stainless-timeout': '0', 'grpc-timeout': 'soon' } },
    ],
    ['it sees a stream', { headers: { 'x-stainless-timeout': '20' }, body: { stream: true } }],
    [
      'its answer goes on by itself',
      { headers: { 'x-stainless-timeout': '20' }, body: { background: true } },
    ],
  ])('does not where %s', async (_name, options) => {
    const stage = stageSilent(['one']);
    void stage.begin(options);
    await stage.host.advance(19_000);
    expect(stage.sent()).toEqual(['one one']);
  });

  it('gives each further one half of what is left, and the last all of it', async () => {
    const stage = stageSilent(['one', 'two'], three);
    void stage.begin({ headers: { 'x-stainless-timeout': '40' } });
    await stage.host.advance(29_999);
    expect(stage.sent()).toEqual(['one one', 'two two']);
    await stage.host.advance(1);
    expect(stage.lastRecord()?.answeredBy).toBe('three/m');
  });

  it('leaves nobody for a fallback that has no words for the request', async () => {
    const words = {
      base_url: 'https://two.test',
      protocol: 'anthropic-messages',
      api_key: 'sk-test-two',
    };
    const stage = stageEngine({ ...route, providers: { ...providers, two: words } });
    stage.host.upstream.answerBy(() => ({ ...answered, delayMs: 15_000 }));
    const options = { headers: { 'x-stainless-timeout': '20' }, body: { n: 2 } };
    expect(await askFor(stage, 20_000, options)).toBe('one/m');
    expect(stage.sent()).toEqual(['one one']);
  });

  it('asks a fallback that becomes free later', async () => {
    const stage = stageEngine(route);
    stage.host.upstream.answerBy(({ origin }) => {
      if (stage.sent().length === 1) return refused(429, {}, { 'retry-after': '12' });
      return origin.includes('one') ? { silent: true } : answered;
    });
    await askFor(stage, 1000, { model: 'two/m' });
    expect(await askFor(stage, 20_000, { headers: { 'x-stainless-timeout': '20' } })).toBe('two/m');
  });
});

describe('a caller that leaves', () => {
  const prompt = (content: string): AskOptions => ({
    body: { messages: [{ role: 'user', content }] },
  });

  it('has a limit once it has left three times in a row after the same time, for an hour', async () => {
    const stage = stageSilent(['one']);
    for (const [n, ms] of [20_000, 21_000, 20_500].entries())
      expect(await askFor(stage, ms, prompt(`p${n}`))).toBeUndefined();
    expect(await askFor(stage, 20_000, prompt('p3'))).toBe('two/m');
    await stage.host.advance(3_500_000);
    expect(await askFor(stage, 20_000, prompt('p4'))).toBe('two/m');
    await stage.host.advance(200_000);
    expect(await askFor(stage, 20_000, prompt('p5'))).toBeUndefined();
  });

  it.each<[string, readonly number[], AskOptions]>([
    ['after less than 10 s', [9000, 9000, 9000, 9000], {}],
    ['after times that differ', [20_000, 24_000, 20_000, 24_000], {}],
    ['twice', [20_000, 20_000], {}],
    ['streams', [20_000, 20_000, 20_000, 20_000], { body: { stream: true } }],
    ['as another program', [20_000, 20_000, 20_000], { headers: { 'user-agent': 'other/1' } }],
  ])('has none that is known where it left %s', async (_name, times, options) => {
    const stage = stageSilent(['one']);
    for (const [n, ms] of times.entries())
      await askFor(stage, ms, { ...options, body: { ...prompt(`p${n}`).body, ...options.body } });
    expect(await askFor(stage, 20_000, prompt('last'))).toBeUndefined();
  });

  it('has none any more once it has waited for longer', async () => {
    const stage = stageSilent(['one']);
    for (const n of [1, 2, 3]) await askFor(stage, 20_000, prompt(`p${n}`));
    stage.host.upstream.answerBy(() => ({ ...answered, delayMs: 30_000 }));
    await askFor(stage, 70_000, prompt('long'));
    stage.host.upstream.answerBy(({ origin }) =>
      origin.includes('one') ? { silent: true } : answered,
    );
    expect(await askFor(stage, 20_000, prompt('again'))).toBeUndefined();
  });

  it('comes again and begins elsewhere: at who was not asked in vain', async () => {
    const stage = stageSilent(['one', 'two'], three);
    expect(await askFor(stage, 8000)).toBeUndefined();
    expect(await askFor(stage, 8000)).toBeUndefined();
    expect(await askFor(stage, 8000)).toBe('three/m');
    expect(stage.sent()).toEqual(['one one', 'two two', 'three three']);
    stage.host.upstream.answerBy(() => answered);
    expect(await askFor(stage, 8000)).toBe('one/m');
  });

  it.each<[string, number, AskOptions, AskOptions, number]>([
    ['another prompt', 8000, prompt('a'), prompt('b'), 0],
    [
      'another program',
      8000,
      prompt('a'),
      { ...prompt('a'), headers: { 'user-agent': 'other/1' } },
      0,
    ],
    ['a stream', 8000, { body: { stream: true } }, { body: { stream: true } }, 0],
    [
      'what goes on by itself',
      8000,
      { body: { background: true } },
      { body: { background: true } },
      0,
    ],
    ['who changed its mind at once', 2000, {}, {}, 0],
    ['who comes minutes later', 8000, {}, {}, 200_000],
  ])('begins as ever: %s', async (_name, ms, first, next, pauseMs) => {
    const stage = stageSilent(['one']);
    await askFor(stage, ms, first);
    await stage.host.advance(pauseMs);
    await askFor(stage, 1000, next);
    expect(stage.sent()).toEqual(['one one', 'one one']);
  });

  it('begins as ever where the request before was answered, or refused', async () => {
    const stage = stageEngine(route);
    stage.host.upstream.answerBy(() => refused(429, {}, { 'retry-after': '40' }));
    const { status } = await stage.ask();
    expect(status).toBe(429);
    await stage.host.advance(60_000);
    stage.host.upstream.answerBy(() => answered);
    expect(await askFor(stage, 5000)).toBe('one/m');
    expect(await askFor(stage, 5000)).toBe('one/m');
  });
});

describe('a request that comes again in an outage', () => {
  const alone = { main: 'one/m', providers: { one: hosted('one') } };

  it.each([
    ['25 s at most where it was refused', 30_000, 19_000, 25_000],
    ['8 s at most where it had left', 10_000, 3000, 8000],
  ])('waits for %s', async (_name, stayMs, least, most) => {
    const stage = stageEngine(alone);
    stage.host.upstream.answerBy(() => refused(503));
    await askFor(stage, stayMs);
    expect(stage.lastRecord()?.outcome).toBe(stayMs === 30_000 ? 'failed' : 'client-gone');
    await stage.host.advance(40_000);
    await askFor(stage, 60_000, { headers: { 'x-stainless-retry-count': '1' } });
    expect(stage.lastRecord()?.durationMs).toBeGreaterThan(least);
    expect(stage.lastRecord()?.durationMs).toBeLessThanOrEqual(most);
  });

  it('waits for 8 s each time, once it has left: it has shown its limit', async () => {
    const stage = stageEngine(alone);
    stage.host.upstream.answerBy(() => refused(503));
    await askFor(stage, 10_000);
    for (const retry of ['1', '2', '3']) {
      await stage.host.advance(2000);
      await askFor(stage, 9900, { headers: { 'x-stainless-retry-count': retry } });
      expect(stage.lastRecord()?.outcome).toBe('failed');
    }
  });
});

describe('a target that callers leave without a byte of it', () => {
  const stageMarked = (): { stage: EngineStage; marks: () => Promise<readonly string[]> } => {
    const store = new ReferenceStore();
    const stage = stageEngine(route, {}, store);
    stage.host.upstream.answerBy(({ origin }) =>
      origin.includes('one') ? { silent: true } : answered,
    );
    return { stage, marks: async () => (await store.readHealth()).marks.map(({ cause }) => cause) };
  };
  const leave = async (
    stage: EngineStage,
    times: number,
    ms = 12_000,
    agents = ['a'],
  ): Promise<void> => {
    for (let n = 0; n < times; n++) {
      const body = { stream: true, messages: [{ role: 'user', content: `p${n}` }] };
      await askFor(stage, ms, { body, headers: { 'user-agent': agents[n % agents.length] ?? '' } });
    }
  };

  it('has one strike of silence for each three, and its mark after three of them', async () => {
    const { stage, marks } = stageMarked();
    await leave(stage, 8);
    expect(await marks()).toEqual([]);
    await leave(stage, 1);
    expect(await marks()).toEqual(['timeout']);
  });

  it.each<[string, number, readonly string[]]>([
    ['they left within 10 s', 9000, ['a']],
    [
      'it was one caller of several',
      12_000,
      ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'],
    ],
  ])('has none where %s', async (_name, ms, agents) => {
    const { stage, marks } = stageMarked();
    if (ms > 10_000)
      for (const agent of ['b', 'c'])
        await askFor(stage, 100, { model: 'two/m', headers: { 'user-agent': agent } });
    await leave(stage, 12, ms, [...agents]);
    expect(await marks()).toEqual([]);
  });

  it('has one where two of several callers left', async () => {
    const { stage, marks } = stageMarked();
    await leave(stage, 9, 12_000, ['a', 'b']);
    expect(await marks()).toEqual(['timeout']);
  });

  it('has none where it answered somebody in between', async () => {
    const { stage, marks } = stageMarked();
    for (let n = 0; n < 6; n++) {
      await leave(stage, 2);
      stage.host.upstream.answerBy(() => answered);
      await askFor(stage, 1000, {
        body: { messages: [{ role: 'user', content: `answered ${n}` }] },
      });
      stage.host.upstream.answerBy(({ origin }) =>
        origin.includes('one') ? { silent: true } : answered,
      );
    }
    expect(await marks()).toEqual([]);
  });

  it('has them too where the caller had a limit and was answered by another', async () => {
    const { stage, marks } = stageMarked();
    for (let n = 0; n < 9; n++) {
      expect(await marks()).toEqual([]);
      const body = { messages: [{ role: 'user', content: `p${n}` }] };
      expect(await askFor(stage, 24_000, { body, headers: { 'x-stainless-timeout': '24' } })).toBe(
        'two/m',
      );
    }
    expect(await marks()).toEqual(['timeout']);
  });

  /** Two names for one address, and a third that answers. */
  const twice = {
    main: 'one/m',
    fallback_chain: ['again/m', 'two/m'],
    providers: {
      one: hosted('one'),
      again: { ...hosted('one'), api_key: 'sk-test-b' },
      ...providers,
    },
  };
  /** The same model at two sites of one host. */
  const sites = {
    main: 'one/m',
    providers: {
      one: hosted('one'),
      plan: { ...hosted('one'), base_url: 'https://one.test/plan' },
    },
  };

  it.each<[string, object, readonly string[], number, readonly string[]]>([
    ['once for a request that asked it twice', twice, ['main'], 8, []],
    ['once for each request that asked it twice', twice, ['main'], 9, ['timeout']],
    ['each site for itself', sites, ['one/m', 'one/m', 'plan/m'], 12, []],
    ['each site for itself, in the end', sites, ['one/m', 'plan/m'], 17, ['timeout']],
  ])('counts %s', async (_name, config, models, times, causes) => {
    const store = new ReferenceStore();
    const stage = stageEngine(config, {}, store);
    stage.host.upstream.answerBy(({ origin }) =>
      origin.includes('one') ? { silent: true } : answered,
    );
    for (let n = 0; n < times; n++) {
      const model = models[n % models.length] ?? 'main';
      const body = { messages: [{ role: 'user', content: `p${n}` }] };
      await askFor(stage, 48_000, { model, body, headers: { 'x-stainless-timeout': '48' } });
    }
    expect((await store.readHealth()).marks.map(({ cause }) => cause)).toEqual(causes);
  });
});
