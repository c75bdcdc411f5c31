/**
 * Headers of a request that asks for the rest of a broken answer: those of the first, but for what
 * names the first; and the trace in which each attempt stands.
 */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { spansOf } from '../../metrics/spans.ts';
import { createRuntime } from '../../runtime.ts';

const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const headers = { 'content-type': 'text/event-stream' };

/**
 * What went out with each attempt of a request that fails, breaks, and is continued; and its
 * record.
 */
async function meet(isTraced: boolean, traceparent?: string) {
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
      headers: {
        'idempotency-key': 'the-first',
        'user-agent': 'a test',
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      isTraced,
      body: Buffer.from(
        '{"model":"main","stream":true,"messages":[{"role":"user","content":"hi"}]}',
      ),
      signal: new AbortController().signal,
    },
    { head: () => undefined, write: () => true, onDrain: () => undefined, end: () => undefined },
  );
  await host.advance(60_000);
  const record = await exchange;
  const sent = host.upstream.requests.map((request) => [
    request.headers['idempotency-key'],
    request.headers['user-agent'],
    request.headers['traceparent'],
  ]);
  await runtime.close();
  if (record === undefined) throw new Error('nothing was recorded');
  return { sent, record };
}

it('asks for the rest without the idempotency key under which the broken answer stands, and in the trace of the caller', async () => {
  const { sent } = await meet(false, traceparent);
  expect(sent).toEqual([
    ['the-first', 'a test', traceparent],
    ['the-first', 'a test', traceparent],
    [undefined, 'a test', traceparent],
  ]);
});

it.each([traceparent, undefined])(
  'names the span of each attempt as the parent where spans are sent (caller: %s)',
  async (given) => {
    const { sent, record } = await meet(true, given);
    const [, ...attempts] = spansOf(record, given);
    expect(attempts).toHaveLength(3);
    expect(sent.map(([, , parent]) => parent)).toEqual(
      attempts.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    );
  },
);
