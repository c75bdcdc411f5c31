/**
 * Where a request for vectors may go: to the model it names, under all its keys, and to those that
 * config says are the same (docs/laws.md, law 9).
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { defaults } from '../../model/defaults.ts';

const server = (host: string, more: object = {}): object => ({
  base_url: `https://${host}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${host}`,
  ...more,
});

const config = {
  main: 'one/chat',
  fallback_chain: ['two/chat'],
  auxiliary: { embeddings: { provider: 'one', model: 'vec' }, title_generation: {} },
  aliases: { 'text-*': 'embeddings', small: 'two/vec' },
  providers: { one: server('one'), two: server('two'), three: server('three') },
};

const same = (from: string, to: string): object => ({
  models: { vec: { same_as: `${to}/vec` } },
  ...server(from),
});

const vectors: UpstreamStep = {
  chunks: ['{"object":"list","data":[{"index":0,"embedding":[0.1]}]}'],
};
const wrongKey = refused(401);

interface Row {
  readonly config?: object;
  readonly model: string;
  readonly script: readonly UpstreamStep[];
  readonly sent: readonly string[];
  readonly status: number;
}

async function askFor(model: string, stage: EngineStage): Promise<number> {
  return (await stage.ask({ path: '/v1/embeddings', model })).status;
}

describe('vectors of two models never mix', () => {
  it.each<[string, Row]>([
    [
      'a task stands for its first target',
      { model: 'main', script: [wrongKey], sent: ['one one'], status: 400 },
    ],
    [
      'an alias for that of its task',
      { model: 'text-embedding-9', script: [wrongKey], sent: ['one one'], status: 400 },
    ],
    [
      'an alias for its target',
      { model: 'small', script: [wrongKey], sent: ['two two'], status: 400 },
    ],
    [
      'a side task on the main route for the first of that',
      { model: 'title_generation', script: [wrongKey], sent: ['one one'], status: 400 },
    ],
    [
      'a target that is named is asked alone',
      { model: 'three/vec', script: [wrongKey], sent: ['three three'], status: 400 },
    ],
    [
      'also where others may follow a named target',
      {
        config: { gateway: { pinned_fallback: 'main' } },
        model: 'three/vec',
        script: [wrongKey],
        sent: ['three three'],
        status: 400,
      },
    ],
    [
      'what a chain of the task names is not asked',
      {
        config: {
          auxiliary: { embeddings: { provider: 'one', model: 'vec', fallback_chain: ['two/vec'] } },
        },
        model: 'embeddings',
        script: [wrongKey],
        sent: ['one one'],
        status: 400,
      },
    ],
    [
      'all its keys are',
      {
        config: {
          providers: {
            one: server('one', { credentials: [{ label: 'b', api_key: 'sk-test-b' }] }),
            two: server('two'),
            three: server('three'),
          },
        },
        model: 'one/vec',
        script: [wrongKey, vectors],
        sent: ['one one', 'one b'],
        status: 200,
      },
    ],
    [
      'and the same model elsewhere, where config says that it is',
      {
        config: {
          providers: { one: same('one', 'three'), two: server('two'), three: server('three') },
        },
        model: 'embeddings',
        script: [wrongKey, vectors],
        sent: ['one one', 'three three'],
        status: 200,
      },
    ],
    [
      'said on either side',
      {
        config: {
          providers: { one: server('one'), two: server('two'), three: same('three', 'one') },
        },
        model: 'embeddings',
        script: [wrongKey, vectors],
        sent: ['one one', 'three three'],
        status: 200,
      },
    ],
    [
      'or by way of a third',
      {
        config: {
          providers: { one: same('one', 'two'), two: server('two'), three: same('three', 'two') },
        },
        model: 'one/vec',
        script: [wrongKey, wrongKey, vectors],
        sent: ['one one', 'two two', 'three three'],
        status: 200,
      },
    ],
    [
      'but this gateway itself is nobody to ask',
      {
        config: {
          providers: {
            one: same('one', 'three'),
            two: server('two'),
            three: server('three', { base_url: `http://127.0.0.1:${defaults.gateway.port}/v1` }),
          },
        },
        model: 'one/vec',
        script: [wrongKey],
        sent: ['one one'],
        status: 400,
      },
    ],
    [
      'an unknown name is no reason to ask a chat model for vectors',
      {
        config: { gateway: { unknown_model: 'main' } },
        model: 'ada',
        script: [vectors],
        sent: ['one one'],
        status: 200,
      },
    ],
    [
      'and an error where no model is named for vectors',
      {
        config: { gateway: { unknown_model: 'main' }, auxiliary: {}, aliases: {} },
        model: 'ada',
        script: [],
        sent: [],
        status: 404,
      },
    ],
  ])('%s', async (_name, row) => {
    const stage = stageEngine({ ...config, ...row.config });
    stage.host.upstream.enqueue(...row.script);
    expect(await askFor(row.model, stage)).toBe(row.status);
    expect(stage.sent()).toEqual(row.sent);
  });

  it.each(['[]', '[{"index":0,"embedding":[0.1]},{"index":1,"embedding":null}]', '[null]'])(
    'a list that lacks a vector is no answer, and those that are the same are asked: %s',
    async (data) => {
      const providers = { one: same('one', 'three'), two: server('two'), three: server('three') };
      const stage = stageEngine({ ...config, providers });
      stage.host.upstream.enqueue({ chunks: [`{"object":"list","data":${data}}`] }, vectors);
      expect(await askFor('embeddings', stage)).toBe(200);
      expect(stage.sent()).toEqual(['one one', 'three three']);
      const [{ failure } = {}] = stage.lastRecord()?.attempts ?? [];
      expect(failure?.message).toBe('the answer was a list that lacks a vector');
    },
  );

  it('an answer in words comes from where its own route leads', async () => {
    const providers = { one: same('one', 'three'), two: server('two'), three: server('three') };
    const stage = stageEngine({ ...config, providers });
    stage.host.upstream.enqueue(wrongKey, answered);
    expect((await stage.ask({ model: 'embeddings' })).status).toBe(200);
    expect(stage.sent()).toEqual(['one one', 'two two']);
  });

  it('a chain for them is warned of, for it is not asked', () => {
    const embeddings = { provider: 'one', model: 'vec', fallback_chain: ['two/vec'] };
    const stage = stageEngine({ ...config, auxiliary: { embeddings } });
    expect(stage.runtime.config().warnings.map(({ code }) => code)).toEqual(['embeddings-chain']);
    expect(stageEngine(config).runtime.config().warnings).toEqual([]);
  });

  it('says who cannot be asked for vectors, and what to do', async () => {
    const claude = {
      base_url: 'https://one.test/v1',
      protocol: 'anthropic-messages',
      api_key: 'sk-test-one',
    };
    const stage = stageEngine({
      ...config,
      providers: { one: claude, two: server('two'), three: server('three') },
    });
    const { status, text } = await stage.ask({ path: '/v1/embeddings' });
    expect(status).toBe(400);
    expect(JSON.parse(text).error.message).toMatch(
      /one\/chat cannot be asked for embeddings.*auxiliary\.embeddings/,
    );
    expect(stage.sent()).toEqual([]);
  });
});
