/** An answer without a text is passed on with the reason, where its finish has one. */

import { describe, expect, it } from 'vitest';
import { type EngineStage, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { isEmptyAnswer } from '../report/ended.ts';

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const streamed = (...events: readonly string[]): UpstreamStep => ({
  headers: { 'content-type': 'text/event-stream' },
  chunks: [...events, 'data: [DONE]\n\n'],
});
const whole = (message: object, finish: string): UpstreamStep => ({
  chunks: [JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }] })],
});

function stage(answer: UpstreamStep): EngineStage {
  const one = { protocol: 'openai-chat', base_url: 'https://one.test/v1', api_key: 'sk-test-a' };
  const scene = stageEngine({ main: 'one/m', providers: { one } });
  scene.host.upstream.answerBy(() => answer);
  return scene;
}

const call = { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{"a' } }] };

describe('an answer without a text', () => {
  it.each<[string, UpstreamStep, object, string | undefined]>([
    ['nothing, at its limit', streamed(chunk({}, 'length')), {}, 'output limit'],
    [
      'reasoning alone, at its limit',
      streamed(chunk({ reasoning_content: 'hm' }), chunk({ reasoning: 'hm' }), chunk({}, 'length')),
      {},
      'output limit',
    ],
    [
      'reasoning and a text, at its limit',
      streamed(chunk({ reasoning: 'hm' }), chunk({ content: 'Fi' }), chunk({}, 'length')),
      {},
      undefined,
    ],
    ['a call, at its limit', streamed(chunk(call), chunk({}, 'length')), {}, undefined],
    ['nothing, in a trial', streamed(chunk({}, 'length')), { max_tokens: 1 }, undefined],
    ['nothing, by a filter', streamed(chunk({}, 'content_filter')), {}, 'content filter'],
    ['a text, by a filter', streamed(chunk({ content: 'F' }, 'content_filter')), {}, undefined],
    ['a pause', streamed(chunk({}, 'stop_sequence')), {}, undefined],
    ['a whole one, at its limit', whole({ content: '' }, 'length'), {}, 'output limit'],
    ['a whole one, by a filter', whole({ content: '' }, 'content_filter'), {}, 'content filter'],
  ])('%s', async (_name, answer, more, why) => {
    const scene = stage(answer);
    const stream = answer.headers !== undefined;
    const { status } = await scene.ask({ body: { stream, ...more } });
    const record = scene.lastRecord();
    expect([status, record?.outcome, record?.attempts.length]).toEqual([200, 'answered', 1]);
    const failure = record?.attempts[0]?.failure;
    if (why === undefined) expect(failure).toBe(undefined);
    else expect(failure?.message).toContain(why);
    expect(record && isEmptyAnswer(record)).toBe(why !== undefined);
  });

  it('has a note where a call was cut at the limit', async () => {
    const scene = stage(streamed(chunk(call), chunk({}, 'length')));
    await scene.ask({ body: { stream: true } });
    expect(scene.lastRecord()?.notes).toEqual([
      'one/m reached its output limit in the middle of a tool call',
    ]);
  });

  it('is a stream, whatever type it has', async () => {
    const scene = stage({ ...streamed(chunk({ content: 'F' }, 'stop')), headers: {} });
    await scene.ask({ body: { stream: true } });
    expect(scene.lastRecord()?.attempts.map(({ failure }) => failure)).toEqual([undefined]);
  });

  it('is no answer where it is only promised', async () => {
    const body = JSON.stringify({ id: 'job_1', status: 'queued' });
    const scene = stage({ status: 202, chunks: [body] });
    await scene.ask();
    expect(scene.lastRecord()?.attempts[0]?.failure?.message).toContain('HTTP 202');
  });

  it.each([
    [202, 'x-amzn-waf-action', ''],
    [202, 'x-amzn-waf-action', '<html><title>One moment</title></html>'],
    [200, 'cf-mitigated', '<html><title>Just a moment...</title></html>'],
  ])('is a challenge for browsers where a header says so: %i %s', async (status, name, page) => {
    for (const stream of [false, true]) {
      const headers = { [name]: 'challenge', 'content-type': 'text/html' };
      const scene = stage({ status, headers, chunks: [page] });
      await scene.ask({ body: { stream } });
      const failed = scene.lastRecord()?.attempts.map(({ failure }) => failure?.class);
      expect(failed).toEqual(['blocked']);
    }
  });
});
