/**
 * A probe that fails while others are answered at its target has found no outage: it is a failure
 * like another, and is repeated like one (law 7).
 */

import { expect, it } from 'vitest';
import { refused, stageEngine, streamed } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const one = { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-a' };
const config = { main: 'one/m', providers: { one } };
const stream = { body: { stream: true } };
/** Its head lets the others go, and no content follows. */
const cut: UpstreamStep = {
  ...streamed,
  chunks: [': ping\n\n', ': ping\n\n', ': ping\n\n'],
  chunkDelayMs: 1000,
  cutAfter: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
};

it('answers a request whose probe is cut off behind its head, while others are answered', async () => {
  const stage = stageEngine(config);
  stage.host.upstream.answerBy(() => refused(503));
  const answers = [stage.begin(stream), stage.begin(stream), stage.begin(stream)];
  await stage.host.advance(10_000);
  const script = [cut];
  stage.host.upstream.answerBy(() => script.shift() ?? { ...streamed, delayMs: 100 });
  await stage.host.advance(60_000);
  await Promise.all(answers);
  const outcomes = stage.runtime.records().map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['answered', 'answered', 'answered']);
});
