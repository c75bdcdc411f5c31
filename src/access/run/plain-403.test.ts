/**
 * A 403 that names no cause, on a key that has worked with the model, is asked again like a 401;
 * any other is asked once (law 6).
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';

const chat = { protocol: 'openai-chat' } as const;
const one = { ...chat, base_url: 'https://one.test/v1', api_key: 'sk-test-a' };
const two = { ...chat, base_url: 'https://two.test/v1', api_key: 'sk-test-spare' };
const forbidden = refused(403, { message: 'Forbidden' });

function stage(): EngineStage {
  return stageEngine({ main: 'one/m', fallback_chain: ['two/m'], providers: { one, two } });
}

function causesOf({ runtime }: EngineStage): readonly (string | undefined)[] {
  return (runtime.records().at(-1)?.attempts ?? []).map(({ failure }) => failure?.class);
}

describe('a plain 403', () => {
  it('on a key that has worked with this model is momentary: the same key answers', async () => {
    const scene = stage();
    scene.host.upstream.enqueue(answered, forbidden, answered);
    await scene.ask();
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one a', 'one a']);
    expect(causesOf(scene)).toEqual(['auth-suspect', undefined]);
  });

  it('that stays is asked three times in all, and the next target answers', async () => {
    const scene = stage();
    scene.host.upstream.enqueue(answered, forbidden, forbidden, forbidden, answered);
    await scene.ask();
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent().slice(1)).toEqual(['one a', 'one a', 'one a', 'two spare']);
  });

  it('on a key that has never worked is asked once', async () => {
    const scene = stage();
    scene.host.upstream.enqueue(forbidden, answered);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'two spare']);
    expect(causesOf(scene)).toEqual(['forbidden-key', undefined]);
  });

  it('on a key that has worked with another model only is asked once, and benches this model alone', async () => {
    const scene = stage();
    scene.host.upstream.enqueue(answered, forbidden, answered);
    await scene.ask();
    expect((await scene.ask({ model: 'one/other' })).status).toBe(400);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one a', 'one a']);
  });

  it.each([
    ['the model', 'The model is not enabled for this key', 'forbidden-model'],
    ['the model by its id', 'no grant for "m-large-2"', 'forbidden-model'],
    ['the plan', 'Your plan does not include API access', 'forbidden-model'],
    ['the region', 'Country, region, or territory not supported', 'forbidden-region'],
    ['an address', 'Your IP address is not allowed', 'forbidden-address'],
    ['a policy', 'Denied by the policy of your organization', 'forbidden-request'],
  ])('that names %s is no momentary one', async (_cause, message, expected) => {
    const scene = stageEngine({
      main: 'one/m-large-2',
      fallback_chain: ['two/m'],
      providers: { one, two },
    });
    scene.host.upstream.enqueue(answered, refused(403, { message }), answered);
    await scene.ask();
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one a', 'two spare']);
    expect(causesOf(scene)).toEqual([expected, undefined]);
  });

  it.each([
    ['its addresses', 401, { message: 'Your IP is not authorized.', code: 'ip_not_authorized' }],
    ['its addresses, in words', 403, { message: 'IP 192.0.2.1 is not on the allowlist' }],
    ['the websites of its key', 403, { message: 'Requests from referer <empty> are blocked.' }],
    ['its project', 401, { message: 'The project has been archived' }],
    ['its organization', 401, { message: 'You must be a member of an organization' }],
  ])('that speaks of %s is about the key: the next one is asked', async (_what, status, said) => {
    const { api_key: _, ...keyless } = one;
    const credentials = ['a', 'b'].map((name) => ({ label: name, api_key: `sk-test-${name}` }));
    const scene = stageEngine({ main: 'one/m', providers: { one: { ...keyless, credentials } } });
    scene.host.upstream.enqueue(refused(status, said), answered, answered);
    expect((await scene.ask()).status).toBe(200);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one b', 'one b']);
  });

  it("nor is a firewall's page", async () => {
    const scene = stage();
    const page = {
      status: 403,
      headers: { 'content-type': 'text/html' },
      chunks: ['<html>Forbidden</html>'],
    };
    scene.host.upstream.enqueue(answered, page, answered);
    await scene.ask();
    expect((await scene.ask()).status).toBe(200);
    expect(causesOf(scene)).toEqual(['request-blocked', undefined]);
  });
});
