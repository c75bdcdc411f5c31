/**
 * `holdfast.close()` on a fake host: nothing goes on behind it, nobody is blamed for it, and it may
 * be called at any moment.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../../test/fakes/fake-host.ts';
import { createHoldfast, type Holdfast } from './holdfast.ts';

const url = 'http://holdfast.local/v1/chat/completions';
const config = {
  main: 'one/m',
  fallback_chain: ['two/m'],
  providers: {
    one: { base_url: 'https://one.example/v1', protocol: 'openai-chat', auth: 'none' },
    two: { base_url: 'https://two.example/v1', protocol: 'openai-chat', auth: 'none' },
  },
};
const stalling: UpstreamStep = {
  headers: { 'content-type': 'text/event-stream' },
  chunks: ['data: {"choices":[{"delta":{"content":"hi"}}]}\n\n'],
  stallAfter: true,
};

function stage(...steps: readonly UpstreamStep[]): {
  readonly host: FakeHost;
  readonly holdfast: Holdfast;
} {
  const host = createFakeHost();
  host.upstream.enqueue(...steps);
  return { host, holdfast: createHoldfast({ host, config }) };
}

function post(holdfast: Holdfast, extra: object = {}): Promise<Response> {
  const body = JSON.stringify({
    model: 'main',
    ...extra,
    messages: [{ role: 'user', content: 'hello' }],
  });
  return holdfast.fetch(url, { method: 'POST', body });
}

const closed = expect.objectContaining({ name: 'AccessError', code: 'closed' });

describe('after close()', () => {
  it.each([
    ['fetch', (holdfast: Holdfast) => post(holdfast)],
    ['ask', (holdfast: Holdfast) => holdfast.ask('hello')],
    ['models({ refresh: true })', (holdfast: Holdfast) => holdfast.models({ refresh: true })],
  ])('%s rejects at once with closed, and nothing is sent', async (_name, call) => {
    const { host, holdfast } = stage();
    await holdfast.close();
    await expect(call(holdfast)).rejects.toEqual(closed);
    expect(host.upstream.requests).toEqual([]);
  });

  it('what is known can still be read', async () => {
    const { holdfast } = stage();
    await holdfast.close();
    expect(holdfast.records()).toEqual([]);
    expect((await holdfast.models()).map(({ name }) => name)).toContain('main');
  });

  it('another close() waits for the same end', async () => {
    const { holdfast } = stage();
    await Promise.all([holdfast.close(), holdfast.close()]);
    await expect(holdfast.close()).resolves.toBeUndefined();
  });
});

describe('close() ends what is under way, blames nobody, and asks nobody else:', () => {
  it.each([
    ['a fetch without a head', { silent: true } as const, (holdfast: Holdfast) => post(holdfast)],
    ['a question', stalling, (holdfast: Holdfast) => holdfast.ask('hello')],
    [
      'a stream that is being read',
      stalling,
      async (holdfast: Holdfast) => (await post(holdfast, { stream: true })).text(),
    ],
  ])('%s', async (_name, step, call) => {
    const { host, holdfast } = stage(step);
    const calling = call(holdfast);
    const failing = expect(calling).rejects.toEqual(closed);
    await host.advance(10);
    await holdfast.close();
    await failing;
    expect(host.upstream.abortedCount).toBe(1);
    expect(host.upstream.requests).toHaveLength(1);
    expect(holdfast.records()).toMatchObject([
      { outcome: 'client-gone', skipped: [{ target: 'two/m', cause: 'not-needed' }] },
    ]);
  });

  it('a body that its caller never ends', async () => {
    const { holdfast } = stage();
    const body = new ReadableStream();
    const failing = expect(
      holdfast.fetch(url, { method: 'POST', body, duplex: 'half' }),
    ).rejects.toEqual(closed);
    await holdfast.close();
    await failing;
  });
});
