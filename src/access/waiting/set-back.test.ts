/** A clock that is set back while requests wait: they are let go when their provider is back, not when the clock has caught up. */

import { expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

const minute = 60_000;

it.each([-1, -30, -90])('those who wait are answered in time after a jump of %i min', async (minutes) => {
  const stage = stageEngine({
    main: 'one/m',
    providers: { one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' } },
  });
  const { host, runtime } = stage;
  host.upstream.answerBy(() => refused(503));
  const statuses: number[] = [];
  for (let times = 0; times < 3; times += 1) void stage.begin().then(({ status }) => statuses.push(status));
  await host.advance(9000);
  host.jump(minutes * minute);
  await host.advance(1000);
  host.upstream.answerBy(() => answered);
  await host.advance(8000);
  expect(statuses).toEqual([200, 200, 200]);
  await runtime.close();
});

it('while a probe shows nothing, the next in the queue asks after 5 s, also where the clock is set back meanwhile', async () => {
  const stage = stageEngine({
    main: 'one/m',
    providers: { one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' } },
  });
  const { host, runtime } = stage;
  host.upstream.answerBy(() => refused(503));
  const statuses: number[] = [];
  for (let times = 0; times < 3; times += 1) void stage.begin().then(({ status }) => statuses.push(status));
  await host.advance(9000);
  const before = stage.sent().length;
  host.upstream.answerBy(() => (stage.sent().length <= before + 1 ? { silent: true } : answered));
  while (stage.sent().length === before) await host.advance(100);
  host.jump(-30 * minute);
  await host.advance(7000);
  expect(statuses).toEqual([200, 200]);
  await runtime.close();
});
