/**
 * `holdfast.fetch` on a fake host: what an abort reaches at each moment, and what becomes of a body
 * that is a stream.
 */

import { expect, it, vi } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { createHoldfast, type Holdfast } from './holdfast.ts';

const url = 'http://holdfast.local/v1/chat/completions';
const question = JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hello' }] });
const answer = '{"choices":[{"message":{"content":"done"},"finish_reason":"stop"}]}';
const config = {
  main: 'one/m',
  providers: { one: { base_url: 'https://one.example/v1', protocol: 'openai-chat', auth: 'none' } },
};

function stage(): { readonly host: FakeHost; readonly holdfast: Holdfast } {
  const host = createFakeHost();
  return { host, holdfast: createHoldfast({ host, config }) };
}

it.each([
  ['in the turn of the call', (caller: AbortController) => caller.abort(new Error('enough'))],
  [
    'a microtask later',
    (caller: AbortController) =>
      void Promise.resolve().then(() => caller.abort(new Error('enough'))),
  ],
])('an abort %s keeps the request from being sent', async (_when, abort) => {
  const { host, holdfast } = stage();
  const caller = new AbortController();
  const calling = holdfast.fetch(url, { method: 'POST', body: question, signal: caller.signal });
  abort(caller);
  await expect(calling).rejects.toThrow('enough');
  expect(host.upstream.requests).toEqual([]);
});

it('an abort ends a body that is still being read, and its source hears why', async () => {
  const { holdfast } = stage();
  const caller = new AbortController();
  const cancel = vi.fn();
  const body = new ReadableStream({ cancel });
  const calling = holdfast.fetch(url, {
    method: 'POST',
    body,
    duplex: 'half',
    signal: caller.signal,
  });
  const reason = new Error('enough');
  caller.abort(reason);
  await expect(calling).rejects.toBe(reason);
  expect(cancel).toHaveBeenCalledWith(reason);
});

it('a body that comes in pieces, cut within a letter, is sent whole', async () => {
  const { host, holdfast } = stage();
  host.upstream.enqueue({ chunks: [answer] });
  const bytes = new TextEncoder().encode(question.replace('hello', 'größe'));
  const body = new ReadableStream({
    start: (controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const response = await holdfast.fetch(url, { method: 'POST', body, duplex: 'half' });
  expect(await response.text()).toContain('done');
  expect(String(host.upstream.requests[0]?.body)).toContain('größe');
});

it('a body whose source fails rejects with the fault of its source', async () => {
  const { holdfast } = stage();
  const body = new ReadableStream({
    start: (controller) => controller.error(new Error('source broke')),
  });
  await expect(holdfast.fetch(url, { method: 'POST', body, duplex: 'half' })).rejects.toThrow(
    'source broke',
  );
});

it('a reader who cancels the body ends the request upstream', async () => {
  const { host, holdfast } = stage();
  const piece = 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n';
  host.upstream.enqueue({
    headers: { 'content-type': 'text/event-stream' },
    chunks: [piece],
    stallAfter: true,
  });
  const body = question.replace('{', '{"stream":true,');
  const response = await holdfast.fetch(url, { method: 'POST', body });
  await response.body?.cancel();
  expect(host.upstream.abortedCount).toBe(1);
});
