/**
 * A server that does not serve the path of the client's protocol is asked in openai-chat, unseen by
 * the client, and remembered for a quarter of an hour; a 404 of a model or of an id is none of a
 * path.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const server = { base_url: 'http://one.test/v1', auth: 'none' };
const spare = {
  protocol: 'openai-chat',
  base_url: 'https://two.test/v1',
  api_key: 'sk-test-spare',
};

/** `native`: what every other path than that of chat answers. */
function stage(name: string, native: UpstreamStep, chat: UpstreamStep = answered): EngineStage {
  const scene = stageEngine({
    main: `${name}/m`,
    fallback_chain: ['two/m'],
    providers: { [name]: server, two: spare },
  });
  scene.host.upstream.answerBy(({ path }) => (path.endsWith('/chat/completions') ? chat : native));
  return scene;
}

const paths = (scene: EngineStage): readonly string[] =>
  scene.host.upstream.requests.map(
    ({ origin, path }) => `${new URL(origin).hostname.split('.')[0]} ${path}`,
  );
const messages = 'one /v1/messages';
const chat = 'one /v1/chat/completions';

const missing = fc.record({
  status: fc.constantFrom(404, 405, 501),
  body: fc.constantFrom(
    '404 page not found',
    '{"detail":"Not Found"}',
    '{"detail":"Method Not Allowed"}',
    '{"error":{"message":"File Not Found","type":"not_found_error","code":404}}',
    '{"error":{"message":"Invalid URL (POST /v1/messages)","type":"invalid_request_error"}}',
    '<html><head><title>404 Not Found</title></head><body>nginx</body></html>',
    '',
  ),
  name: fc.constantFrom('ollama', 'llamacpp', 'vllm', 'lmstudio'),
  stream: fc.boolean(),
});

describe('a path that a server does not serve', () => {
  it('is asked once, then its chat answers, and goes on answering for 15 min', async () => {
    await fc.assert(
      fc.asyncProperty(missing, async ({ status, body, name, stream }) => {
        const type = body.startsWith('{') ? 'application/json' : 'text/html';
        const native = { status, headers: { 'content-type': type }, chunks: [body] };
        const scene = stage(name, native, stream ? streamed : answered);
        const ask = () => scene.ask({ path: '/v1/messages', body: { stream } });
        const first = await ask();
        expect([first.status, first.text], body).toEqual([200, expect.stringContaining('done')]);
        expect(first.text, body).toContain('end_turn');
        expect((await ask()).status, body).toBe(200);
        expect(paths(scene), body).toEqual([messages, chat, chat]);
        await scene.host.advance(15 * 60_000 + 1000);
        await ask();
        expect(paths(scene).slice(3), body).toEqual([messages, chat]);
        expect(scene.runtime.records().every(({ outcome }) => outcome === 'answered')).toBe(true);
      }),
      { numRuns: 120, seed: 23 },
    );
  });

  it('says so in the record', async () => {
    const scene = stage('ollama', { status: 404, chunks: ['404 page not found'] });
    await scene.ask({ path: '/v1/messages' });
    expect(scene.lastRecord()?.notes).toContain(
      'ollama/m serves no anthropic-messages: it was asked in openai-chat',
    );
  });

  it('is the path of chat too, where that has none either: the next target answers', async () => {
    const none = { status: 404, chunks: ['404 page not found'] };
    const scene = stage('ollama', none);
    scene.host.upstream.answerBy(({ origin }) => (origin === 'http://one.test' ? none : answered));
    expect((await scene.ask({ path: '/v1/messages' })).status).toBe(200);
    expect(paths(scene)).toEqual([messages, chat, 'two /v1/chat/completions']);
  });

  it.each([
    ['a model', '{"error":{"message":"model \'nope\' not found","type":"api_error"}}'],
    [
      'the model by its id',
      '{"type":"error","error":{"type":"not_found_error","message":"m-large is gone"}}',
    ],
  ])('is not what a 404 of %s says', async (_what, body) => {
    const scene = stageEngine({
      main: 'ollama/m-large',
      fallback_chain: ['two/m'],
      providers: { ollama: server, two: spare },
    });
    const gone = { status: 404, headers: { 'content-type': 'application/json' }, chunks: [body] };
    scene.host.upstream.answerBy(({ origin }) => (origin === 'http://one.test' ? gone : answered));
    expect((await scene.ask({ path: '/v1/messages' })).status).toBe(200);
    expect(paths(scene)).toEqual([messages, 'two /v1/chat/completions']);
  });

  it.each([
    "Response with id 'resp_68af01' not found.",
    'No item rs_0a1b2c3d was found',
    'Conversation conv_12ab34cd does not exist',
  ])('is not what a 404 of an id says: %s', async (message) => {
    const body = JSON.stringify({ error: { message, type: 'invalid_request_error' } });
    const scene = stage('ollama', {
      status: 404,
      headers: { 'content-type': 'application/json' },
      chunks: [body],
    });
    const answer = await scene.ask({ path: '/v1/messages' });
    expect([answer.status, paths(scene).filter((path) => path === chat)]).toEqual([200, []]);
    expect(paths(scene).at(-1)).toBe('two /v1/chat/completions');
  });
});
