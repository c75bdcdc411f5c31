/** What `auth list` says of a mark that holds for one operation alone, and that a reset ends it. */

import { describe, expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { describePool } from './key-lines.ts';

const signal = new AbortController().signal;
const one = { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' };

describe('a key with a mark of one operation', () => {
  it.each([
    ['/v1/embeddings', /held back {4}model-missing for m \(embeddings only\), this site, until /],
    ['/v1/chat/completions', /held back {4}model-missing for m, this site, until /],
  ] as const)('is listed with it: %s', async (path, words) => {
    const { ask, host, runtime } = stageEngine({ main: 'one/m', providers: { one } });
    host.upstream.enqueue(
      refused(404, { code: 'model_not_found', message: 'The model m does not exist' }),
    );
    await ask({ path });
    const [pool] = await runtime.keys.report({ signal });
    expect(pool === undefined ? '' : describePool(pool, host.clock.now())).toMatch(words);
    const cleared = await runtime.keys.reset({ signal, name: 'one' });
    expect(cleared.map(({ cause }) => cause)).toEqual(['model-missing']);
    host.upstream.enqueue(answered);
    expect((await ask({ path: '/v1/chat/completions' })).status).toBe(200);
  });
});
