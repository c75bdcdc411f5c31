/**
 * A provider that is overloaded and says for how long: its end is a mark that all wait for together
 * (laws 7 and 11).
 */

import { describe, expect, it } from 'vitest';
import {
  type AskOptions,
  type EngineStage,
  refused,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';

const one = { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-a' };
const stream: AskOptions = { body: { stream: true } };

function downFor(seconds: number): EngineStage {
  const stage = stageEngine({ main: 'one/m', providers: { one } });
  stage.host.upstream.answerBy(() => refused(503, {}, { 'retry-after': String(seconds) }));
  return stage;
}

describe('503 with the end that the provider names', () => {
  it('is asked by one request when that has come, and the others follow by slow start', async () => {
    const stage = downFor(60);
    const answers = Array.from({ length: 20 }, () => stage.begin(stream));
    await stage.host.advance(1000);
    expect(stage.sent()).toHaveLength(20);
    await stage.host.advance(58_000);
    expect(stage.sent()).toHaveLength(20);
    stage.host.upstream.answerBy(() => ({ ...streamed, delayMs: 500 }));
    for (let steps = 0; steps < 100 && stage.sent().length === 20; steps += 1)
      await stage.host.advance(50);
    await stage.host.advance(400);
    expect(stage.sent()).toHaveLength(21);
    await stage.host.advance(10_000);
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(
      new Set([200]),
    );
  });

  it('is asked by one request too when the end is near', async () => {
    const stage = downFor(3);
    const answers = Array.from({ length: 50 }, () => stage.begin(stream));
    await stage.host.advance(1000);
    expect(stage.sent()).toHaveLength(50);
    stage.host.upstream.answerBy(() => ({ ...streamed, delayMs: 500 }));
    for (let steps = 0; steps < 100 && stage.sent().length === 50; steps += 1)
      await stage.host.advance(50);
    await stage.host.advance(400);
    expect(stage.sent()).toHaveLength(51);
    await stage.host.advance(20_000);
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(
      new Set([200]),
    );
  });

  it.each([
    ['an answer that is not streamed', 25_000, {}],
    ['a caller that announces 10 s', 8000, { headers: { 'x-stainless-timeout': '10' } }],
  ] as const)('holds %s no longer than it waits', async (_name, ms, options) => {
    const stage = downFor(60);
    let status = 0;
    void stage.begin(options).then((answer) => {
      status = answer.status;
    });
    await stage.host.advance(ms);
    expect([429, 400]).toContain(status);
  });
});
