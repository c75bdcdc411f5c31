/**
 * A provider that wants a header and a parameter of its own, over real sockets: a stand-in refuses
 * whatever comes without them, and moves one model to another origin.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const apiKey = `sk-test-${'a'.repeat(20)}`;
const gate = `gate-${'g'.repeat(20)}`;

interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

const seen: Seen[] = [];
const elsewhere: Seen[] = [];
const other = createServer((request, response) => {
  elsewhere.push({ path: request.url ?? '', headers: request.headers });
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
const strict = createServer((request, response) => {
  seen.push({ path: request.url ?? '', headers: request.headers });
  const { searchParams, pathname } = new URL(request.url ?? '', 'http://strict');
  const isLetIn = request.headers['cf-aig-authorization'] === `Bearer ${gate}`;
  const isOfVersion = searchParams.getAll('api-version').join() === '2024-10-21';
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    const head = { 'content-type': 'application/json' };
    if (!isLetIn)
      response.writeHead(401, head).end('{"error":{"message":"AiGateway authentication error"}}');
    else if (!isOfVersion)
      response.writeHead(404, head).end('{"error":{"code":"404","message":"Resource not found"}}');
    else if (text.includes('moved'))
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(other)}/v1` }).end();
    else response.writeHead(200, head).end(JSON.stringify(answerAt(pathname)));
  });
});

function answerAt(path: string): object {
  if (path.endsWith('/files')) return { object: 'list', data: [] };
  if (path.endsWith('/models')) return { data: [{ id: 'gpt-listed' }] };
  const message = { role: 'assistant', content: 'here' };
  return { id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }] };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  await once(strict.listen(0, '127.0.0.1'), 'listening');
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const base_url = `http://127.0.0.1:${portOf(strict)}/openai/deployments/mini`;
  const azure = {
    base_url,
    protocol: 'openai-chat',
    auth: 'api-key',
    api_key: apiKey,
    headers: { 'cf-aig-authorization': `Bearer ${gate}`, 'X-Title': 'ours' },
    query: { 'api-version': '2024-10-21' },
  };
  runtime = createRuntime({
    config: { main: 'azure/mini', providers: { azure }, gateway: { port: 0 } },
  });
  gateway = await startGateway({ runtime, key });
});
beforeEach(() => {
  seen.length = 0;
  elsewhere.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await runtime.close();
  strict.close();
  other.close();
});

async function send(method: string, path: string, body?: object, headers: object = {}) {
  const answer = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

const messages = [{ role: 'user', content: 'hi' }];
const paths = (): readonly string[] => seen.map(({ path }) => path);

describe('a provider that insists on a header and a parameter gets them', () => {
  it('with a relayed request, beside its key, whatever the caller sends under these names', async () => {
    const own = { 'x-title': 'theirs', 'cf-aig-authorization': 'Bearer theirs' };
    const path = '/v1/chat/completions?api-version=2019-01-01';
    const asked = await send('POST', path, { model: 'main', messages }, own);
    expect(asked).toMatchObject({ status: 200, text: expect.stringContaining('here') });
    expect(seen).toMatchObject([
      {
        path: '/openai/deployments/mini/chat/completions?api-version=2024-10-21',
        headers: { 'api-key': apiKey, 'x-title': 'ours' },
      },
    ]);
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('with a translated request', async () => {
    const asked = { model: 'main', max_tokens: 9, messages };
    expect(await send('POST', '/v1/messages', asked)).toMatchObject({ status: 200 });
    expect(paths()).toEqual(['/openai/deployments/mini/chat/completions?api-version=2024-10-21']);
  });

  it('with a request that is passed through, whose own parameter of that name goes', async () => {
    const path = '/v1/files?limit=2&api-version=2019-01-01&Api-Version=x';
    const asked = await send('GET', path, undefined, { 'x-holdfast-provider': 'azure' });
    expect(asked).toMatchObject({ status: 200 });
    expect(paths()).toEqual(['/openai/deployments/mini/files?limit=2&api-version=2024-10-21']);
  });

  it('when it is asked for its models', async () => {
    const signal = new AbortController().signal;
    expect(await runtime.refreshModels(signal)).toEqual([{ provider: 'azure', count: 1 }]);
    expect(paths()).toEqual(['/openai/deployments/mini/models?api-version=2024-10-21']);
  });
});

it('sends nothing of them along a redirect to another origin, and quotes none', async () => {
  const asked = { model: 'main', messages: [{ role: 'user', content: 'moved' }] };
  const { status, text } = await send('POST', '/v1/chat/completions', asked);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(elsewhere).toEqual([]);
  for (const secret of [gate, apiKey]) expect(text).not.toContain(secret);
});
