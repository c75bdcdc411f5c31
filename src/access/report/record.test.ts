/**
 * The record of a request: every candidate once, times that add up, who asked, and nothing that
 * nobody asked for.
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
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { RequestRecord } from '../../model/record.ts';

const server = (name: string, keys: number): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  credentials: Array.from({ length: keys }, (_, index) => ({
    label: `${index}`,
    api_key: `sk-test-${name}-${index}`,
  })),
});

/** Two keys, then another provider with one, then one without. */
const config = {
  main: 'one/m',
  fallback_chain: ['two/m', 'three/m'],
  providers: {
    one: server('one', 2),
    two: server('two', 1),
    three: { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', auth: 'none' },
  },
};
const everyone = ['one/m', 'one/m', 'two/m', 'three/m'];

/** The last step answers all that is asked after the others. */
async function recordOf(
  steps: readonly UpstreamStep[],
  options: AskOptions = {},
  stage: EngineStage = stageEngine(config),
): Promise<RequestRecord> {
  const [last = down] = steps.slice(-1);
  stage.host.upstream.enqueue(...steps.slice(0, -1));
  stage.host.upstream.answerBy(() => last);
  await stage.ask(options);
  const record = stage.lastRecord();
  if (record === undefined) throw new Error('there is no record');
  return record;
}

/** Each candidate as often as it stands in the record. */
function listed({ attempts, skipped, unlisted = [] }: RequestRecord): readonly string[] {
  const asked = new Set(attempts.map(({ target, credential }) => `${target} ${credential}`));
  return [
    ...[...asked].map((key) => key.split(' ')[0] ?? ''),
    ...skipped.map(({ target }) => target),
    ...unlisted.flatMap(({ target, count }) => Array.from({ length: count }, () => target)),
  ];
}

const whole: UpstreamStep = { ...answered, delayMs: 40 };
const dead = refused(401, { code: 'invalid_api_key', message: 'Incorrect API key provided' });
const down = refused(503);
const bad = refused(400, { message: 'bad temperature' });
const cut: UpstreamStep = {
  ...streamed,
  chunks: streamed.chunks?.slice(0, 1) ?? [],
  cutAfter: new Error('cut'),
};

describe('names every candidate once:', () => {
  it.each<[name: string, steps: readonly UpstreamStep[], reason: string]>([
    ['the first answered', [whole], 'another had the answer'],
    ['the second key answered', [dead, whole], 'another had the answer'],
    ['the request was refused', [bad], 'the request ended before'],
    ['nobody answered', [dead], ''],
    ['a stream broke', [cut, dead], 'another had the answer'],
  ])('%s', async (_name, steps, reason) => {
    const record = await recordOf(steps, { body: { stream: steps[0] === cut } });
    expect([...listed(record)].sort()).toEqual([...everyone].sort());
    for (const { cause, reason: why } of record.skipped)
      if (cause === 'not-needed') expect(why).toBe(reason);
  });

  it('one that is held back stands there with its end, and those behind the answer as not needed', async () => {
    const stage = stageEngine(config);
    await recordOf([dead, whole], {}, stage);
    const record = await recordOf([whole], {}, stage);
    expect(record.skipped.map(({ target, cause }) => [target, cause])).toEqual([
      ['one/m', 'held-back'],
      ['two/m', 'not-needed'],
      ['three/m', 'not-needed'],
    ]);
  });

  it('what those behind the answer cannot do is no reason for anything', async () => {
    const image_url = { url: 'data:image/png;base64,aGk=' };
    const content = [{ type: 'image_url', image_url }];
    const body = { messages: [{ role: 'user', content }] };
    const blind = { ...server('two', 1), models: { m: { images: false } } };
    const causesOf = async (first: string, next: string) => {
      const stage = stageEngine({
        main: first,
        fallback_chain: [next],
        providers: { ...config.providers, two: blind },
      });
      const { skipped } = await recordOf([whole], { body }, stage);
      return skipped.filter(({ target }) => target === 'two/m').map(({ cause }) => cause);
    };
    expect(await causesOf('three/m', 'two/m')).toEqual(['not-needed']);
    expect(await causesOf('two/m', 'three/m')).toEqual(['no-images']);
  });

  it('of many keys some are named and the rest counted', async () => {
    const many = { main: 'one/m', providers: { one: server('one', 100) } };
    const record = await recordOf([whole], {}, stageEngine(many));
    expect(record.skipped).toHaveLength(4);
    expect(record.unlisted).toEqual([{ target: 'one/m', count: 95 }]);
  });

  it('nothing is listed where nobody else could have been asked', async () => {
    const alone = { main: 'one/m', providers: { one: server('one', 1) } };
    const record = await recordOf([whole], {}, stageEngine(alone));
    expect([record.skipped, record.unlisted]).toEqual([[], undefined]);
  });
});

describe('where the time went', () => {
  it.each<[name: string, steps: readonly UpstreamStep[], at: number]>([
    ['one attempt', [whole], 40],
    ['a pause between two', [{ ...down, delayMs: 10 }, whole], 50],
    ['three', [{ ...dead, delayMs: 5 }, { ...dead, delayMs: 5 }, whole], 50],
  ])('%s', async (_name, steps, at) => {
    const { times, durationMs } = await recordOf(steps);
    const { beforeMs = 0, atMs = 0, betweenMs = 0, afterMs = 0 } = times ?? {};
    expect(atMs).toBe(at);
    expect(beforeMs + atMs + betweenMs + afterMs).toBeCloseTo(durationMs, 6);
    expect(Math.min(beforeMs, betweenMs, afterMs)).toBeGreaterThanOrEqual(0);
  });

  it('the first content of a stream has its own time', async () => {
    const slow = { ...streamed, delayMs: 30, chunkDelayMs: 100 };
    const { firstEventMs, durationMs } = await recordOf([slow], { body: { stream: true } });
    expect([firstEventMs, durationMs]).toEqual([130, 230]);
  });

  it('nobody answered: there is no first content', async () => {
    expect((await recordOf([bad])).firstEventMs).toBeUndefined();
  });
});

describe('who asked', () => {
  it.each([
    ['claude-cli/2.0.37 (external, cli)', 'claude-cli'],
    ['OpenAI/Python 2.8.1', 'OpenAI/Python'],
    ['node', 'node'],
    ['agent Bearer sk-test-abcdefgh', 'agent'],
    ['sk-test-abcdefghijkl/1.0', '[redacted]'],
  ])('%s', async (agent, caller) => {
    expect((await recordOf([whole], { headers: { 'user-agent': agent } })).caller).toBe(
      `${caller} (user-agent)`,
    );
  });

  it('a caller who does not say stands as nobody, and a session as its headers name it', async () => {
    const record = await recordOf([whole], { headers: { 'x-holdfast-session': 'room 7' } });
    expect([record.caller, record.session]).toEqual([undefined, 'room 7']);
    expect(record.agent).toBeUndefined();
  });

  it.each([
    ['scout-1', 'scout-1'],
    [`${'a'.repeat(200)}`, 'a'.repeat(200)],
    ['a'.repeat(201), undefined],
    ['', undefined],
    ['red\u009b31m', String.raw`red\x9b31m`],
    [`of sk-test-${'k'.repeat(20)}`, 'of [redacted]'],
  ])('a sub-agent stands as its header names it, if that is an id: %s', async (named, agent) => {
    const headers = { 'x-claude-code-agent-id': named, 'x-claude-code-session-id': named };
    const record = await recordOf([whole], { headers });
    expect([record.session, record.agent]).toEqual([agent, agent]);
  });

  it('the configuration it was carried by is counted', async () => {
    const stage = stageEngine(config);
    expect((await recordOf([whole], {}, stage)).configGeneration).toBe(1);
    stage.runtime.reload();
    expect((await recordOf([whole], {}, stage)).configGeneration).toBe(2);
  });
});

it('tells the tokens of each attempt, and of all together', async () => {
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 5,
    prompt_tokens_details: { cached_tokens: 60 },
  };
  const body = (content: string) => ({
    chunks: [JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }], usage })],
  });
  const record = await recordOf([body(''), body('done')]);
  const said = { inputTokens: 100, outputTokens: 5, cachedTokens: 60 };
  expect(record.attempts.map((attempt) => attempt.usage)).toEqual([said, said]);
  expect(record.usage).toEqual({ inputTokens: 200, outputTokens: 10, cachedTokens: 120 });
});

it.each([
  ['hangs', () => new Promise<never>(() => undefined)],
  ['is full', () => Promise.reject(new Error('disk full'))],
])('a disk that %s holds no request up', async (_name, write) => {
  class BadDisk extends ReferenceStore {
    override appendRecords = write;
    override addUsage = write;
  }
  const stage = stageEngine(config, {}, new BadDisk());
  for (let request = 0; request < 5; request++) {
    const { outcome, durationMs } = await recordOf([whole], {}, stage);
    expect([outcome, durationMs]).toEqual(['answered', 40]);
    await stage.host.advance(1000);
  }
});
