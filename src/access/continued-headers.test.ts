/** Headers of a request that asks for the rest of a broken answer: those of the first, but for what names the first. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createRuntime } from '../runtime.ts';

const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const headers = { 'content-type': 'text/event-stream' };

it('asks for the rest without the idempotency key under which the broken answer stands, and in the trace of the caller', async () => {
  const host = createFakeHost();
  const one = { base_url: 'https://one.test/v1', protocol: 'openai-chat', auth: 'none' };
  const runtime = createRuntime({ host, config: { main: 'one/m', providers: { one } } });
  host.upstream.enqueue({ status: 500 });
  host.upstream.enqueue({ headers, chunks: [event({ content: 'all is' })] });
  host.upstream.enqueue({
    headers,
    chunks: [event({ content: ' well.' }), event({}, 'stop'), 'data: [DONE]\n\n'],
  });
  const exchange = runtime.exchange(
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'idempotency-key': 'the-first', 'user-agent': 'a test', traceparent },
      body: Buffer.from('{"model":"main","stream":true,"messages":[{"role":"user","content":"hi"}]}'),
      signal: new AbortController().signal,
    },
    { head: () => undefined, write: () => true, onDrain: () => undefined, end: () => undefined },
  );
  await host.advance(60_000);
  await exchange;
  const sent = host.upstream.requests.map((request) => [
    request.headers['idempotency-key'],
    request.headers['user-agent'],
    request.headers['traceparent'],
  ]);
  expect(sent).toEqual([
    ['the-first', 'a test', traceparent],
    ['the-first', 'a test', traceparent],
    [undefined, 'a test', traceparent],
  ]);
  await runtime.close();
});
