/** What a request that is too long is told to have more of: the window, or a server's own batch. */

import { expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

const own = {
  main: 'local/m',
  providers: {
    local: {
      base_url: 'http://127.0.0.1:9/v1',
      protocol: 'openai-chat',
      api_key: `sk-test-${'m'.repeat(20)}`,
    },
  },
};
const batch =
  'input (2231 tokens) is too large to process. increase the physical batch size (current batch size: 512)';
const window = 'the request exceeds the available context size (4096 tokens), try increasing it';

it.each([
  ['/v1/embeddings', batch, /^shorten the input, or start .* larger batch \(-ub/],
  ['/v1/chat/completions', batch, /^shorten the conversation, or start .* larger batch \(-ub/],
  ['/v1/chat/completions', window, /^shorten the conversation, or name a model .* context \(-c,/],
] as const)('%s: %s', async (path, message, fix) => {
  const stage = stageEngine(own);
  const status = message === batch ? 500 : 400;
  stage.host.upstream.enqueue(refused(status, { message, type: 'server_error' }));
  await stage.ask({ path, body: { input: 'lorem' } });
  expect(stage.lastRecord()?.fixes).toEqual([expect.stringMatching(fix)]);
});
