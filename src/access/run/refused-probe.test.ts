/**
 * A key that has worked, and is refused by the request that finds its server back after an outage:
 * it is asked again like every other (law 6).
 */

import { expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

it('is asked again, and the request is answered', async () => {
  const { host, runtime, ask, sent } = stageEngine({
    main: 'one/m',
    providers: {
      one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' },
    },
  });
  host.upstream.answerBy(() => answered);
  expect((await ask()).status).toBe(200);
  const start = host.clock.now();
  let refusals = 0;
  host.upstream.answerBy(() => {
    if (host.clock.now() < start + 10_000) return refused(503);
    refusals += 1;
    return refusals === 1 ? refused(401) : answered;
  });
  const { status, text } = await ask({ body: { stream: false } });
  expect({ status, refusals }, text).toEqual({ status: 200, refusals: 2 });
  expect(sent().length).toBeGreaterThan(4);
  await runtime.close();
});
