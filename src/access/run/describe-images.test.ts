/**
 * A description on a clock that is moved by hand: who waits for it is shown signs of life, and
 * leaves when he wants to.
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';

const key = `sk-test-${'a'.repeat(20)}`;
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const messages = [{ role: 'user', content: [image] }];
const limits = { pace: 'quick', api_key: key } as const;

function stage(more: object = {}): EngineStage {
  return stageEngine({
    main: 'blind/m',
    blind_models: 'describe',
    providers: {
      blind: {
        ...limits,
        base_url: 'https://blind.example/v1',
        protocol: 'openai-chat',
        models: { m: { images: false } },
      },
      eyes: { ...limits, base_url: 'https://eyes.example/v1', protocol: 'openai-chat' },
    },
    auxiliary: { vision: { provider: 'eyes', model: 'v', fallback: 'none', timeout: 100 } },
    ...more,
  });
}

const described = {
  chunks: ['{"choices":[{"message":{"content":"a red square"},"finish_reason":"stop"}]}'],
};
const bodyOf = ({ host }: EngineStage, index: number): string => {
  const body = host.upstream.requests[index]?.body ?? '';
  return Buffer.isBuffer(body)
    ? body.toString()
    : Buffer.concat(Array.isArray(body) ? body : []).toString();
};

describe('a description that takes its time', () => {
  it('is waited for with comments, and counts in no attempt of the main request', async () => {
    const { host, ask, runtime, sent } = stage();
    host.upstream.enqueue({ ...described, delayMs: 40_000 }, streamed);
    const { status, text } = await ask({ body: { messages, stream: true } });
    expect(status).toBe(200);
    expect(text).toMatch(/^(: waiting\n\n){2}/);
    expect(text).toContain('done');
    expect(sent().map((one) => one.split(' ')[0])).toEqual(['eyes', 'blind']);
    const [vision, main] = ['vision', 'main'].map((task) =>
      runtime.records().find((one) => one.task === task),
    );
    expect([vision?.attempts.length, main?.attempts.length]).toEqual([1, 1]);
    expect(main?.times?.atMs).toBeLessThan(1000);
  });

  it('is not waited for by a caller who leaves, and serves the next turn all the same', async () => {
    const staged = stage();
    const { host, begin, ask, runtime, sent } = staged;
    host.upstream.enqueue({ ...described, delayMs: 40_000 });
    const caller = new AbortController();
    const gone = begin({ body: { messages }, signal: caller.signal });
    await host.advance(1000);
    caller.abort();
    await gone;
    await host.advance(0);
    expect(runtime.records().map(({ task, outcome }) => [task, outcome])).toEqual([
      ['main', 'client-gone'],
    ]);
    await host.advance(40_000);
    host.upstream.enqueue(answered);
    const { status } = await ask({ body: { messages } });
    expect(status).toBe(200);
    expect(sent().map((one) => one.split(' ')[0])).toEqual(['eyes', 'blind']);
    expect(bodyOf(staged, 1)).toContain('a red square');
    expect(bodyOf(staged, 1)).not.toContain('AAAA');
  });
});

describe('an image that nobody could see', () => {
  it.each([
    [
      'an empty description',
      { chunks: ['{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}'] },
    ],
    ['a refusal', { status: 400, chunks: ['{"error":{"message":"no"}}'] }],
  ])('is told as that for a minute after %s, then shown again', async (_name, step) => {
    const staged = stage();
    const { host, ask } = staged;
    host.upstream.answerBy(({ origin }) => (origin.includes('eyes') ? step : answered));
    await ask({ body: { messages } });
    const before = host.upstream.requests.length;
    await ask({ body: { messages } });
    expect(host.upstream.requests).toHaveLength(before + 1);
    expect(bodyOf(staged, before)).toBe(bodyOf(staged, before - 1));
    expect(bodyOf(staged, before)).toContain('no model that can was available');
    await host.advance(61_000);
    host.upstream.answerBy(({ origin }) => (origin.includes('eyes') ? described : answered));
    await ask({ body: { messages } });
    expect(bodyOf(staged, host.upstream.requests.length - 1)).toContain('a red square');
  });

  it('is told as that where only an account could open it', async () => {
    const staged = stage();
    const { host, ask, sent } = staged;
    host.upstream.enqueue(answered);
    const file = { type: 'input_image', file_id: 'file-1' };
    await ask({
      body: { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }, file] }] },
    });
    expect(sent()).toHaveLength(1);
    expect(bodyOf(staged, 0)).toContain('no model that can was available');
  });
});

it('a count of tokens is estimated, and describes nothing', async () => {
  const { ask, sent } = stage();
  const content = [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  ];
  const { status, headers } = await ask({
    path: '/v1/messages/count_tokens',
    body: { messages: [{ role: 'user', content }] },
  });
  expect([status, headers['x-holdfast-estimated'], sent()]).toEqual([200, 'true', []]);
});

describe('a document', () => {
  const pdf = {
    type: 'file',
    file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QUJD' },
  };
  const shown = { body: { messages: [{ role: 'user', content: [pdf] }] } };
  const refusal = refused(400, {
    message:
      "Invalid value: file. Supported values are: 'text','image_url','video_url' and 'video'.",
  });
  const namesOf = ({ sent }: EngineStage): unknown => sent().map((one) => one.split(' ')[0]);

  it.each(['describe', 'route'])(
    'goes to who is not known to refuse it, then an honest placeholder does: blind_models: %s',
    async (mode) => {
      const staged = stage({ blind_models: mode });
      staged.host.upstream.enqueue(refusal, answered, answered);
      const answers = [await staged.ask(shown), await staged.ask(shown)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(bodyOf(staged, 0)).toContain('application/pdf');
      expect(bodyOf(staged, 1)).toContain('A document stands here');
      expect(bodyOf(staged, 2)).toBe(bodyOf(staged, 1));
      expect(namesOf(staged)).toEqual(['blind', 'blind', 'blind']);
    },
  );

  it('goes on to the next target that may read it', async () => {
    const staged = stage({ blind_models: 'route', fallback_chain: ['eyes/v'] });
    staged.host.upstream.enqueue(refusal, answered, answered);
    await staged.ask(shown);
    await staged.ask(shown);
    expect(namesOf(staged)).toEqual(['blind', 'eyes', 'eyes']);
    expect(bodyOf(staged, 2)).toContain('application/pdf');
  });

  it('does not keep images from who sees them', async () => {
    const staged = stage({ main: 'eyes/v', auxiliary: {}, blind_models: 'route' });
    staged.host.upstream.enqueue(refusal, answered, answered);
    await staged.ask(shown);
    await staged.ask({ body: { messages } });
    expect(bodyOf(staged, 2)).toContain('AAAA');
  });
});
