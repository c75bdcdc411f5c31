/**
 * The official OpenAI SDK, unchanged, through a gateway socket and through `holdfast.fetch` in
 * process.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createHoldfast, type Holdfast } from '../../src/library/holdfast.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const home = mkdtempSync(join(tmpdir(), 'holdfast-sdk-'));
let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;
let holdfast: Holdfast;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const config = {
    main: { provider: 'sim', model: 'sim/echo' },
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  };
  const host = createNodeHost({ HOLDFAST_HOME: home });
  runtime = createRuntime({ host, config });
  gateway = await startGateway({ runtime, key });
  holdfast = createHoldfast({ config });
});

afterAll(async () => {
  await gateway.close();
  await runtime.close();
  await runtime.host.close();
  await holdfast.close();
  await sim.close();
  rmSync(home, { recursive: true });
});

const ways: readonly [string, () => OpenAI][] = [
  ['the gateway', () => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 })],
  ['holdfast.fetch', () => new OpenAI(holdfast.openai())],
];

describe.each(ways)('the OpenAI SDK through %s', (_name, connect) => {
  it('lists models, tasks first', async () => {
    const page = await connect().models.list();
    expect(page.data.map(({ id }) => id)).toEqual(['main', 'sim/sim/echo']);
    expect((await connect().models.retrieve('main')).id).toBe('main');
  });

  it('chats', async () => {
    const answer = await connect().chat.completions.create({
      model: 'main',
      messages: [{ role: 'user', content: 'good morning' }],
    });
    expect(answer.model).toBe('sim/echo');
    expect(answer.choices[0]?.message.content).toContain('good morning');
  });

  it('streams tool calls with usage', async () => {
    const stream = await connect().chat.completions.create({
      model: 'sim/sim/tools',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'what is the weather?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            parameters: {
              type: 'object',
              properties: { city: { type: 'string' } },
              required: ['city'],
            },
          },
        },
      ],
    });
    let call = '';
    let tokens = 0;
    for await (const chunk of stream) {
      call += chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? '';
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(Object.keys(JSON.parse(call))).toEqual(['city']);
    expect(tokens).toBeGreaterThan(0);
  });

  it('embeds', async () => {
    const answer = await connect().embeddings.create({
      model: 'sim/any-embedding',
      input: ['one', 'two'],
    });
    expect(answer.data).toHaveLength(2);
  });

  it('reports a fault of the request as the provider said it', async () => {
    const asking = connect().chat.completions.create({
      model: 'sim/sim/context-overflow',
      messages: [{ role: 'user', content: 'hi' }],
    });
    await expect(asking).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });
});

describe('the gateway', () => {
  const post = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      ...init,
      headers: { authorization: `Bearer ${key}`, ...init.headers },
    });

  it.each<[string, string, RequestInit, number]>([
    ['a body that is not JSON', '/v1/chat/completions', { body: '{' }, 400],
    ['an empty body', '/v1/chat/completions', {}, 400],
    ['an unknown route', '/v1/nothing', { body: '{}' }, 404],
    ['a wrong method', '/v1/chat/completions', { method: 'GET' }, 405],
    ['a wrong key', '/v1/chat/completions', { headers: { authorization: 'Bearer hf_wrong' } }, 401],
    [
      'a foreign origin',
      '/v1/chat/completions',
      { headers: { origin: 'https://example.org' } },
      403,
    ],
    [
      'a body over the limit',
      '/v1/chat/completions',
      { body: Buffer.alloc(65 * 1024 * 1024) },
      413,
    ],
  ])('answers %s with one clear error', async (_name, path, init, status) => {
    const response = await post(path, init);
    expect(response.status).toBe(status);
    const { error } = JSON.parse(await response.text());
    expect(error.message).toMatch(/To fix/);
  });

  it('is open about its health and about nothing else', async () => {
    const health = await fetch(`${gateway.url}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}']);
    expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401);
  });

  it('lets streams in flight finish when it drains', async () => {
    const own = createRuntime({
      config: {
        main: { provider: 'sim', model: 'sim/pace-20ms' },
        providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
        gateway: { port: 0 },
      },
    });
    const draining = await startGateway({ runtime: own, key });
    const body = JSON.stringify({
      model: 'main',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const headers = { authorization: `Bearer ${key}`, connection: 'close' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        fetch(`${draining.url}/v1/chat/completions`, { method: 'POST', headers, body }),
      ),
    );
    const closed = draining.close();
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    await closed;
    await own.close();
    expect(texts.filter((text) => text.endsWith('data: [DONE]\n\n'))).toHaveLength(100);
  });

  it('lets the provider see within 100 ms that the caller hung up', async () => {
    // The quickest of some: a busy machine delays one or another.
    const tookMs: number[] = [];
    for (let round = 0; round < 5; round++) tookMs.push(await hangUp());
    expect(Math.min(...tookMs)).toBeLessThan(100);
  });

  /** How long it took until the provider saw it. */
  async function hangUp(): Promise<number> {
    sim.clearLog();
    const caller = new AbortController();
    const body = JSON.stringify({
      model: 'sim/sim/stall-after-3',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const response = await post('/v1/chat/completions', { body, signal: caller.signal });
    await response.body?.getReader().read();
    const hungUpAt = Date.now();
    caller.abort();
    await expect.poll(() => sim.log()[0]?.hungUpAtMs ?? 0, { interval: 5 }).toBeGreaterThan(0);
    return Date.now() - hungUpAt;
  }
});
