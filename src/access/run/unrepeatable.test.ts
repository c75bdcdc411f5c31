/**
 * Requests that make something which costs or stays are not asked again once they may have been
 * carried out.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { createRuntime } from '../../runtime.ts';

const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const refusedConnection = Object.assign(new Error('connect ECONNREFUSED'), {
  code: 'ECONNREFUSED',
});
const error = (status: number, message: string): UpstreamStep => ({
  status,
  chunks: [JSON.stringify({ error: { message } })],
});
const head = { headers: { 'content-type': 'application/json' } };

type Asked = readonly [
  name: string,
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
];
const makers: readonly Asked[] = [
  ['a picture', 'POST', '/v1/images/generations', { model: 'one/paint', prompt: 'a cat' }],
  ['a batch', 'POST', '/v1/batches', { input_file_id: 'file-1', endpoint: '/v1/chat/completions' }],
  [
    'an answer in the background',
    'POST',
    '/v1/responses',
    { model: 'main', input: 'hello', background: true },
  ],
];
const others: readonly Asked[] = [
  ['an answer', 'POST', '/v1/responses', { model: 'main', input: 'hello' }],
  ['a list of batches', 'GET', '/v1/batches', undefined],
];

async function ask([, method, path, body]: Asked, step: UpstreamStep) {
  const host = createFakeHost();
  const provider = (name: string, protocol: string): object => ({
    base_url: `https://${name}.test/v1`,
    protocol,
    credentials: [1, 2].map((n) => ({ label: `k${n}`, api_key: `sk-test-${name}${n}` })),
  });
  const isResponse = path === '/v1/responses';
  const protocol = isResponse ? 'openai-responses' : 'openai-chat';
  const config = {
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: { one: provider('one', protocol), two: provider('two', protocol) },
  };
  const runtime = createRuntime({ host, config });
  host.upstream.answerBy(() => step);
  const answer = { status: 0, headers: {} as Readonly<Record<string, string>>, text: '' };
  const stay = new AbortController();
  const take = (chunk?: Uint8Array): boolean => {
    answer.text += Buffer.from(chunk ?? []).toString();
    return true;
  };
  void runtime
    .exchange(
      {
        method,
        path,
        headers: isResponse
          ? {}
          : { 'x-holdfast-provider': 'one', 'content-type': 'application/json' },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        signal: stay.signal,
      },
      {
        head: (status, headers) => Object.assign(answer, { status, headers }),
        write: take,
        onDrain: (resume) => resume(),
        end: take,
      },
    )
    .catch(() => undefined);
  await host.advance(20_000);
  const { requests } = host.upstream;
  stay.abort();
  await host.advance(0);
  return { ...answer, requests, sent: requests.length };
}

const mayBeDone: readonly (readonly [string, UpstreamStep])[] = [
  ['a 500', error(500, 'internal error')],
  ['a 502', error(502, 'bad gateway')],
  ['a bare 503', { status: 503, chunks: ['<html>no</html>'] }],
  ['a 504', error(504, 'gateway timeout')],
  ['a reset before the head', { error: reset }],
  ['a cut in the body', { ...head, chunks: ['{"id":'], cutAfter: reset }],
];
const refusals: readonly (readonly [string, UpstreamStep])[] = [
  ['a 429', error(429, 'slow down')],
  ['a 503 that says overloaded', error(503, 'The server is overloaded')],
  ['a connection that was refused', { error: refusedConnection }],
];

describe.each(makers)('%s', (...asked) => {
  it.each(mayBeDone)(
    'is asked once after %s, and its caller is told not to simply ask again',
    async (_name, step) => {
      const { sent, status, headers, text } = await ask(asked, step);
      expect([sent, status, headers['x-should-retry']]).toEqual([1, 400, 'false']);
      expect(text).toContain('it may have been carried out anyway');
    },
  );

  it.each(refusals)('may be asked again after %s', async (_name, step) => {
    expect((await ask(asked, step)).sent).toBeGreaterThan(1);
  });

  it('goes out on a connection of its own, on which nothing is sent again unseen', async () => {
    const { requests } = await ask(asked, error(500, 'internal error'));
    expect(requests.map(({ freshConnection }) => freshConnection)).toEqual([true]);
  });
});

describe.each(others)('%s', (...asked) => {
  it.each(mayBeDone)('is asked again after %s', async (_name, step) => {
    expect((await ask(asked, step)).sent).toBeGreaterThan(1);
  });
});
