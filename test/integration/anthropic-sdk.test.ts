/**
 * The official Anthropic SDK, unchanged, through a gateway socket and through `holdfast.fetch` in
 * process.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
    main: { provider: 'anthropic', model: 'claude-haiku-4-5' },
    providers: {
      anthropic: { base_url: sim.url, protocol: 'anthropic-messages', api_key: 'sk-sim-good' },
    },
    gateway: { port: 0 },
  };
  runtime = createRuntime({ host: createNodeHost({ HOLDFAST_HOME: home }), config });
  gateway = await startGateway({ runtime, key });
  holdfast = createHoldfast({ config });
});
beforeEach(() => sim.reset());

afterAll(async () => {
  await gateway.close();
  await runtime.close();
  await runtime.host.close();
  await holdfast.close();
  await sim.close();
  rmSync(home, { recursive: true });
});

const ways: readonly [string, () => Anthropic][] = [
  [
    'the gateway with a key',
    () => new Anthropic({ baseURL: gateway.url, apiKey: key, maxRetries: 0 }),
  ],
  [
    'the gateway with a token',
    () => new Anthropic({ baseURL: gateway.url, apiKey: null, authToken: key, maxRetries: 0 }),
  ],
  ['holdfast.fetch', () => new Anthropic(holdfast.anthropic())],
];

const hello = { role: 'user', content: 'good morning' } as const;
const weather: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe.each(ways)('the Anthropic SDK through %s', (name, connect) => {
  it('lists models, tasks first', async () => {
    const page = await connect().models.list();
    expect(page.data.map(({ id }) => id)).toContain('anthropic/claude-haiku-4-5');
    expect(page.data[0]).toMatchObject({ id: 'main', type: 'model', lifecycle: 'active' });
    expect(page).not.toHaveProperty('object');
    expect((await connect().models.retrieve('main')).type).toBe('model');
  });

  it('counts tokens', async () => {
    const counted = await connect().messages.countTokens({ model: 'main', messages: [hello] });
    expect(counted.input_tokens).toBeGreaterThan(5);
    expect(sim.log().map(({ path }) => path)).toEqual(['/v1/messages/count_tokens']);
  });

  it('creates a message', async () => {
    const answer = await connect().messages.create({
      model: 'main',
      max_tokens: 100,
      messages: [hello],
    });
    expect(answer.model).toBe('claude-haiku-4-5');
    expect(answer.content).toEqual([
      { type: 'text', text: 'claude-haiku-4-5 heard: good morning' },
    ]);
    expect(answer.usage.output_tokens).toBeGreaterThan(0);
  });

  it('streams reasoning with its signature, and gets it back where it came from', async () => {
    const asked = {
      model: 'main',
      max_tokens: 4096,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    } as const;
    const stream = connect().messages.stream({ ...asked, messages: [hello] });
    const { content } = await stream.finalMessage();
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    const messages = [hello, { role: 'assistant', content } as const, hello];
    const again = await connect().messages.create({ ...asked, messages });
    expect(again.stop_reason).toBe('end_turn');
  });

  it('calls tools, and takes their results', async () => {
    const asked = { model: 'main', max_tokens: 1000, tools: [weather] };
    const first = { role: 'user', content: 'get_weather, please' } as const;
    const called = await connect()
      .messages.stream({ ...asked, messages: [first] })
      .finalMessage();
    const [use] = called.content;
    if (use?.type !== 'tool_use') throw new TypeError('no tool was called');
    expect([called.stop_reason, use.name, use.input]).toEqual([
      'tool_use',
      'get_weather',
      { city: 'sim city' },
    ]);
    const result = { type: 'tool_result', tool_use_id: use.id, content: 'sunny' } as const;
    const answer = await connect().messages.create({
      ...asked,
      messages: [
        first,
        { role: 'assistant', content: called.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(answer.stop_reason).toBe('end_turn');
  });

  it('reports a fault of the request as the provider said it', async () => {
    const asking = connect().messages.create({
      model: 'anthropic/sim/context-overflow',
      max_tokens: 9,
      messages: [hello],
    });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      apiMessage: expect.stringContaining('prompt is too long'),
    });
  });

  it('is told in its own words when nobody answers, and makes no second attempt', async () => {
    const asking = connect()
      .withOptions({ maxRetries: 2 })
      .messages.create({
        model: `anthropic/sim/status-404+${name.length}`,
        max_tokens: 9,
        messages: [hello],
      });
    await expect(asking).rejects.toMatchObject({
      status: 424,
      type: 'invalid_request_error',
      errorCode: 'model-missing',
      requestID: expect.stringMatching(/^hfr_/),
    });
    expect(sim.log()).toHaveLength(1);
  });

  it('raises an error for a stream that breaks for good', async () => {
    const stream = connect().messages.stream(
      { model: 'anthropic/sim/cut-after-3', max_tokens: 99, messages: [hello] },
      { headers: { 'x-holdfast-stream-recovery': 'error' } },
    );
    await expect(stream.finalMessage()).rejects.toMatchObject({
      type: 'api_error',
      errorCode: 'stream-cut',
    });
  });
});

describe('the gateway', () => {
  it('tells a wrong key in the shape of the route', async () => {
    const client = new Anthropic({ baseURL: gateway.url, apiKey: 'hf_wrong', maxRetries: 0 });
    const asking = client.messages.create({ model: 'main', max_tokens: 9, messages: [hello] });
    await expect(asking).rejects.toMatchObject({ status: 401, type: 'authentication_error' });
  });

  it('tells clients of this vendor in their words that there is no such path', async () => {
    const response = await fetch(`${gateway.url}/v1/nothing`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: '{}',
    });
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'not_found_error' },
    });
  });

  it('passes a body with images, documents and cache marks on byte for byte, the model apart', async () => {
    const data = Buffer.from('not really a picture').toString('base64');
    const content = [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data },
        title: 'ü ☃',
      },
      { type: 'text', text: 'what is this?', cache_control: { type: 'ephemeral' } },
    ];
    const body = `{ "max_tokens":100,\n"model" : "main", "messages":[{"role":"user","content":${JSON.stringify(content)}}]}`;
    const seen: Seen[] = [];
    const { listener, url } = await startEcho(seen);
    const own = createRuntime({
      config: {
        main: 'echo/claude-x',
        providers: {
          echo: { base_url: url, protocol: 'anthropic-messages', api_key: 'sk-test-echo' },
        },
      },
    });
    await new Promise<void>((resolve) => {
      void own.exchange(
        {
          method: 'POST',
          path: '/messages',
          headers: {
            'anthropic-version': '2023-06-01',
            'anthropic-beta': 'files-api-2025-04-14',
            authorization: `Bearer ${key}`,
            'x-api-key': key,
          },
          body: Buffer.from(body),
          signal: new AbortController().signal,
        },
        {
          head: () => undefined,
          write: () => true,
          onDrain: () => undefined,
          end: () => resolve(),
        },
      );
    });
    await own.close();
    listener.close();
    expect(seen[0]?.body).toBe(body.replace('"main"', '"claude-x"'));
    expect(seen[0]?.headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'files-api-2025-04-14',
      'x-api-key': 'sk-test-echo',
    });
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });
});

interface Seen {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that writes down what it gets. */
async function startEcho(seen: Seen[]): Promise<{ listener: Server; url: string }> {
  const answer = {
    type: 'message',
    content: [{ type: 'text', text: 'ok' }],
    stop_reason: 'end_turn',
  };
  const listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address() as AddressInfo | null;
  return { listener, url: `http://127.0.0.1:${address?.port}/v1` };
}
