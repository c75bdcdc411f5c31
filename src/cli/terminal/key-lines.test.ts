/** What `auth list` says of a mark that holds for one operation alone, and that a reset ends it. */

import { describe, expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { FailureClass } from '../../model/failure.ts';
import { describePool, describeRefusal } from './key-lines.ts';

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
    expect(
      pool === undefined ? '' : describePool({ ...pool, notes: [] }, host.clock.now()),
    ).toMatch(words);
    const cleared = await runtime.keys.reset({ signal, name: 'one' });
    expect(cleared.map(({ cause }) => cause)).toEqual(['model-missing']);
    host.upstream.enqueue(answered);
    expect((await ask({ path: '/v1/chat/completions' })).status).toBe(200);
  });
});

describe('what came of a test', () => {
  it.each([
    [{ status: 401, message: 'no such key' }, 'it said: 401 "no such key"'],
    [{ status: 401, message: 'HTTP 401 with an empty body', is: 'nobody' }, 'what came: HTTP 401'],
    [{ status: 403, message: 'HTTP 403 with an HTML page', is: 'page' }, 'what came: HTTP 403'],
    [{ message: 'the answer was an HTML page' }, 'what came: the answer was'],
  ] as const)('is quoted if it was said: %j', ({ message, ...facts }, expected) => {
    const meant: FailureClass = 'status' in facts ? 'auth-rejected' : 'malformed';
    const failure = {
      class: meant,
      message,
      ...('status' in facts && { status: facts.status }),
      ...('is' in facts && { speaker: { is: facts.is, meant } }),
    } as const;
    expect(describeRefusal(failure)).toContain(expected);
  });
});
