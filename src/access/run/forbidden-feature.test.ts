/**
 * What a key may not do, or its account, is of that kind of request: the others go on, before any
 * and after it (law 5).
 */

import { describe, expect, it } from 'vitest';
import {
  type AskOptions,
  answered,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const one = {
  protocol: 'openai-chat',
  base_url: 'https://one.test/v1',
  api_key: 'sk-test-a',
  headers: { 'openai-organization': 'org-old4711' },
} as const;

const unverified = {
  message: 'Your organization must be verified to stream this model. Click on Verify Organization.',
  param: 'stream',
  code: 'unsupported_value',
};

const refusals: readonly (readonly [string, UpstreamStep])[] = [
  ['a stream', refused(400, unverified)],
  [
    'an operation',
    refused(401, {
      message: 'You have insufficient permissions. Missing scopes: api.responses.write.',
      code: 'missing_scope',
    }),
  ],
  ['another operation', refused(403, { message: 'Missing scope: embeddings:write' })],
  [
    'a header of the configuration',
    refused(401, {
      message: 'OpenAI-Organization header should match organization for API key',
      code: 'mismatched_organization',
    }),
  ],
];

const asks: readonly AskOptions[] = [{}, { model: 'one/m' }];

describe.each(refusals)('a refusal of %s', (_kind, refusal) => {
  it.each([[[]], [[answered]]])('holds no other request back, after %j', async (before) => {
    const scene = stageEngine({ main: 'one/m', providers: { one } });
    scene.host.upstream.enqueue(...before, refusal, answered, answered);
    for (const _answer of before) await scene.ask();
    const { status, text } = await scene.ask();
    expect([status, text]).toEqual([400, expect.stringContaining('"code":"forbidden-feature"')]);
    for (const options of asks) expect((await scene.ask(options)).status).toBe(200);
  });

  it('is answered by another key, and by the next target', async () => {
    const keys = { credentials: [{ api_key: 'sk-test-a' }, { api_key: 'sk-test-b' }] };
    const { api_key: _key, ...rest } = one;
    const two = { protocol: 'openai-chat', base_url: 'https://two.test/v1', api_key: 'sk-test-c' };
    const providers = { one: { ...rest, ...keys }, two };
    const scene = stageEngine({ main: 'one/m', fallback_chain: ['two/m'], providers });
    scene.host.upstream.enqueue(refusal, refusal, answered);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one b', 'two c']);
  });
});

it('a right that every request needs is the key’s', async () => {
  const scene = stageEngine({ main: 'one/m', providers: { one } });
  scene.host.upstream.enqueue(
    refused(403, { message: 'Missing scopes: model.request.' }),
    answered,
  );
  await scene.ask();
  expect((await scene.ask()).text).toContain('"code":"forbidden-key"');
});
