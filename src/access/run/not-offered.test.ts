/**
 * A path that is not served: who is asked then, what is remembered, and the words that help (class
 * `not-offered`).
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const server = (baseUrl: string, more: object = {}): object => ({
  base_url: baseUrl,
  protocol: 'openai-chat',
  api_key: 'sk-test-key',
  ...more,
});

const noPath: UpstreamStep = { status: 404, chunks: ['{"detail":"Not Found"}'] };
const vectors: UpstreamStep = {
  chunks: ['{"object":"list","data":[{"index":0,"embedding":[0.1]}]}'],
};

function stage(address = 'https://one.test/v1'): EngineStage {
  return stageEngine({
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: {
      one: server(address, { models: { m: { same_as: 'two/m' } } }),
      two: server('https://two.test/v1'),
    },
  });
}

const hosts = (engine: EngineStage): string =>
  engine
    .sent()
    .map((one) => one.split(' ')[0])
    .join(' ');

describe('a path that is not served', () => {
  it.each<[string, UpstreamStep, '/v1/embeddings' | '/v1/chat/completions', UpstreamStep]>([
    ['for embeddings, in a framework’s words', noPath, '/v1/embeddings', vectors],
    [
      'for embeddings, in words of its own',
      refused(501, {
        message: 'This server does not support embeddings',
        type: 'not_supported_error',
      }),
      '/v1/embeddings',
      vectors,
    ],
    [
      'for answers',
      { status: 404, chunks: ['404 page not found'] },
      '/v1/chat/completions',
      answered,
    ],
  ])(
    'goes to the next target, is not asked again, and marks nobody: %s',
    async (_name, step, path, well) => {
      const engine = stage();
      engine.host.upstream.enqueue(step, well);
      expect((await engine.ask({ path })).status).toBe(200);
      expect(hosts(engine)).toBe('one two');
      expect(engine.lastRecord()?.attempts[0]?.failure?.class).toBe('not-offered');
      expect(
        (await engine.runtime.keys.report({ signal: new AbortController().signal })).flatMap(
          ({ keys }) => keys.flatMap(({ marks }) => marks),
        ),
      ).toEqual([]);
    },
  );

  it('goes behind the others for 15 min, for that operation alone', async () => {
    const engine = stage();
    const path = '/v1/embeddings';
    engine.host.upstream.enqueue(noPath, vectors, vectors, answered);
    await engine.ask({ path });
    await engine.ask({ path });
    expect(engine.lastRecord()?.notes).toEqual([
      'one/m comes after the others: it served no embeddings when last asked',
    ]);
    await engine.ask();
    expect(hosts(engine)).toBe('one two two one');
    await engine.host.advance(15 * 60_000);
    engine.host.upstream.enqueue(vectors);
    await engine.ask({ path });
    expect(hosts(engine)).toBe('one two two one one');
  });

  it.each([
    [
      '/v1/chat/completions',
      answered,
      '/v1/embeddings',
      noPath,
      'serves no embeddings',
      /auxiliary.embeddings/,
    ],
    [
      '/v1/chat/completions',
      answered,
      '/v1/audio/speech',
      noPath,
      'serves no speech',
      /provider.model/,
    ],
    [
      '/v1/embeddings',
      vectors,
      '/v1/embeddings',
      noPath,
      'now serves no embeddings',
      /it has served this/,
    ],
    [
      '/v1/chat/completions',
      answered,
      '/v1/chat/completions',
      noPath,
      'now serves no answers',
      /it has served this/,
    ],
  ] as const)(
    'one that answers %s proves that path alone, and its address: then %s',
    async (path, well, then, step, words, fix) => {
      for (const address of ['https://one.test/v1', 'https://one.test']) {
        const engine = stageEngine({ main: 'one/m', providers: { one: server(address) } });
        engine.host.upstream.enqueue(well, step);
        await engine.ask({ path, body: { model: 'one/m' } });
        const { text } = await engine.ask({ path: then, body: { model: 'one/m', prompt: 'x' } });
        expect(text).toContain(words);
        expect(text).toMatch(fix);
        expect(text).not.toContain('base_url without');
        expect(text.includes('it has served this')).toBe(path === then);
      }
    },
  );

  it('is asked all the same when the others fail, and a success ends what is remembered', async () => {
    const engine = stage();
    const path = '/v1/embeddings';
    engine.host.upstream.enqueue(noPath, vectors, refused(402), vectors, vectors);
    for (let times = 0; times < 3; times++) await engine.ask({ path });
    expect(hosts(engine)).toBe('one two two one one');
  });

  it.each([
    [
      'https://one.test',
      'https://one.test serves no embeddings (404: "Not Found"). To fix: base_url without /v1? Try https://one.test/v1 as providers.one.base_url (given config) [',
    ],
    [
      'https://one.test/api',
      'https://one.test/api serves no embeddings (404: "Not Found"). To fix: base_url without /v1? Try https://one.test/api/v1 as providers.one.base_url (given config) [',
    ],
    [
      'https://one.test/v1',
      'https://one.test/v1 serves no embeddings (404: "Not Found"). To fix: ask for a model that makes vectors, or name one in auxiliary.embeddings [',
    ],
    [
      'https://one.test/v1beta/openai',
      'https://one.test/v1beta/openai serves no embeddings (404: "Not Found"). To fix: ask for a model that makes vectors, or name one in auxiliary.embeddings [',
    ],
    [
      'https://one.test/api/paas/v4',
      'https://one.test/api/paas/v4 serves no embeddings (404: "Not Found"). To fix: ask for a model that makes vectors, or name one in auxiliary.embeddings [',
    ],
  ])('is told in one error that guesses the cause: %s', async (address, said) => {
    const engine = stageEngine({ main: 'one/m', providers: { one: server(address) } });
    engine.host.upstream.enqueue(noPath);
    const { status, headers, text } = await engine.ask({ path: '/v1/embeddings' });
    const { code, message } = JSON.parse(text).error;
    expect([status, headers['x-should-retry'], code]).toEqual([400, 'false', 'not-offered']);
    expect(message).toContain(`one/m: ${said}`);
    expect(engine.sent()).toHaveLength(1);
  });

  it('a count of tokens that is not served is estimated, and not asked for again for a while', async () => {
    const claude = server('https://one.test/v1', {
      protocol: 'anthropic-messages',
      counts_tokens: true,
    });
    const engine = stageEngine({ main: 'one/m', providers: { one: claude } });
    const count = () => engine.ask({ path: '/v1/messages/count_tokens' });
    engine.host.upstream.enqueue(noPath);
    expect(
      [await count(), await count()].map(({ headers }) => headers['x-holdfast-estimated']),
    ).toEqual(['true', 'true']);
    expect(engine.sent()).toHaveLength(1);
  });
});
