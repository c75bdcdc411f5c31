/**
 * A clock that is set back while requests wait: they are let go when their provider is back, not
 * when the clock has caught up.
 */

import { expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';

const minute = 60_000;

/** Three requests that wait for a provider that is down, 9 s after they came. */
async function stageWaiting(): Promise<EngineStage & { readonly statuses: readonly number[] }> {
  const stage = stageEngine({
    main: 'one/m',
    providers: {
      one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' },
    },
  });
  stage.host.upstream.answerBy(() => refused(503));
  const statuses: number[] = [];
  for (let times = 0; times < 3; times += 1)
    void stage.begin().then(({ status }) => statuses.push(status));
  await stage.host.advance(9000);
  return { ...stage, statuses };
}

it.each([-1, -30, -90])(
  'those who wait are answered in time after a jump of %i min',
  async (minutes) => {
    const { host, runtime, statuses } = await stageWaiting();
    host.jump(minutes * minute);
    await host.advance(1000);
    host.upstream.answerBy(() => answered);
    await host.advance(8000);
    expect(statuses).toEqual([200, 200, 200]);
    await runtime.close();
  },
);

it('while a probe shows nothing, the next in the queue asks after 5 s, also where the clock is set back meanwhile', async () => {
  const { host, runtime, statuses, sent } = await stageWaiting();
  const before = sent().length;
  host.upstream.answerBy(() => (sent().length <= before + 1 ? { silent: true } : answered));
  while (sent().length === before) await host.advance(100);
  host.jump(-30 * minute);
  await host.advance(7000);
  expect(statuses).toEqual([200, 200]);
  await runtime.close();
});

it.each([-0.5, -30, -540])(
  'a reset before a jump of %d s does not let a request ask without end',
  async (seconds) => {
    const { host, runtime, begin, sent } = stageEngine({
      main: 'one/m',
      providers: {
        one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' },
      },
    });
    host.upstream.answerBy(() => ({ ...refused(429), delayMs: 5 }));
    await runtime.keys.reset({ signal: new AbortController().signal });
    await host.advance(100);
    void begin();
    await host.advance(60_000);
    host.jump(seconds * 1000);
    const before = sent().length;
    void begin();
    await host.advance(20_000);
    expect(sent().length - before).toBeLessThanOrEqual(12);
    await runtime.close();
  },
);
