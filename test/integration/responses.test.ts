/**
 * `openai-responses` over real sockets: the official SDK through the gateway and in process, byte
 * for byte, and streams that break.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import type {
  ResponseInput,
  ResponseStreamEvent,
  Tool,
} from 'openai/resources/responses/responses';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createHoldfast, type Holdfast } from '../../src/library/holdfast.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const home = mkdtempSync(join(tmpdir(), 'holdfast-responses-'));
let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;
let holdfast: Holdfast;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const provider = { protocol: 'openai-responses', api_key: 'sk-sim-good', pace: 'quick' };
  // As small as the window that the simulated refusal states: nobody here has more room.
  const models = {
    'sim/thinking': { context_window: 8192 },
    'sim/spare': { context_window: 8192 },
  };
  const config = {
    main: { provider: 'sim', model: 'sim/thinking' },
    fallback_chain: [{ provider: 'spare', model: 'sim/spare' }],
    providers: {
      sim: { ...provider, models, base_url: sim.url },
      spare: { ...provider, models, base_url: sim.url.replace('127.0.0.1', 'localhost') },
    },
    gateway: { port: 0, pinned_fallback: 'main' },
  };
  const host = createNodeHost({ HOLDFAST_HOME: home });
  runtime = createRuntime({ host, config });
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

const weather: Tool = {
  type: 'function',
  name: 'get_weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const shell: Tool = { type: 'custom', name: 'shell' };

const ways: readonly [string, () => OpenAI][] = [
  ['the gateway', () => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 })],
  [
    'the gateway without /v1',
    () => new OpenAI({ baseURL: gateway.url, apiKey: key, maxRetries: 0 }),
  ],
  ['holdfast.fetch', () => new OpenAI(holdfast.openai())],
];

async function collect(stream: AsyncIterable<ResponseStreamEvent>): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe.each(ways)('the OpenAI SDK through %s', (_name, connect) => {
  it('asks for a response', async () => {
    const answer = await connect().responses.create({ model: 'main', input: 'good morning' });
    expect(answer.model).toBe('sim/thinking');
    expect(answer.output_text).toContain('good morning');
    expect(answer.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  });

  it('streams one, and its own accumulator takes it for whole', async () => {
    const stream = connect().responses.stream({ model: 'main', input: 'good morning' });
    const answer = await stream.finalResponse();
    expect(answer.status).toBe('completed');
    expect(answer.output_text).toBe('sim/thinking heard: good morning');
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('makes a tool round trip with functions and custom tools, streamed and not', async () => {
    const client = connect();
    const tools = [weather, shell];
    const asked: ResponseInput = [{ role: 'user', content: 'use get_weather and shell' }];
    const stream = client.responses.stream({ model: 'main', input: asked, tools, store: false });
    const { output } = await stream.finalResponse();
    const results = output.flatMap((item): ResponseInput => {
      if (item.type === 'function_call')
        return [{ type: 'function_call_output', call_id: item.call_id, output: 'sunny' }];
      return item.type === 'custom_tool_call'
        ? [{ type: 'custom_tool_call_output', call_id: item.call_id, output: 'done' }]
        : [];
    });
    expect(results).toHaveLength(2);
    const input: ResponseInput = [...asked, ...(output as ResponseInput), ...results];
    const answer = await client.responses.create({ model: 'main', input, tools, store: false });
    expect(answer.output_text).not.toBe('');
  });

  it('goes on from a response that the provider keeps', async () => {
    const client = connect();
    const first = await client.responses.create({ model: 'main', input: 'good morning' });
    const second = await client.responses.create({
      model: 'main',
      input: 'and now?',
      previous_response_id: first.id,
    });
    expect(second.previous_response_id).toBe(first.id);
  });

  it('reports a fault of the request as the provider said it', async () => {
    const asking = connect().responses.create({ model: 'sim/sim/context-overflow', input: 'hi' });
    await expect(asking).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  it('gets the whole answer of a stream that was cut, as one response', async () => {
    const events = await collect(
      await connect().responses.create({
        model: 'sim/sim/cut-after-40',
        input: 'count',
        stream: true,
      }),
    );
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error(`it ends with ${last?.type}`);
    const text = textOf(events);
    expect(text).toMatch(/ ~59\/60 ~60\/60$/);
    expect(last.response.output).toMatchObject([{ type: 'message', content: [{ text }] }]);
  });
});

describe('the relay leg', () => {
  const requests: readonly [string, object][] = [
    ['text', {}],
    [
      'reasoning in the open and sealed',
      { reasoning: { effort: 'high', summary: 'auto' }, store: false },
    ],
    ['functions and custom tools', { tools: [weather, shell], input: 'use get_weather and shell' }],
    ['lines that end with CR LF', { model: 'sim/crlf' }],
    ['comments between the events', { model: 'sim/keepalive-comments' }],
    ['an answer cut off by its limit', { max_output_tokens: 2 }],
  ];

  it.each(requests)('hands on every byte of %s', async (_name, asked) => {
    const [seen, relayedTo] = await Promise.all([startStill(), startStill()]);
    const own = createRuntime({
      config: {
        main: { provider: 'sim', model: 'sim/plain' },
        providers: {
          sim: { base_url: relayedTo.url, protocol: 'openai-responses', api_key: 'sk-sim-good' },
        },
        gateway: { port: 0 },
      },
    });
    const relay = await startGateway({ runtime: own, key });
    for (const stream of [true, false]) {
      const body = { model: 'sim/plain', input: 'hello there', stream, ...asked };
      const direct = await post(`${seen.url}/responses`, 'sk-sim-good', body);
      const relayed = await post(`${relay.url}/v1/responses`, key, {
        ...body,
        model: `sim/${body.model}`,
      });
      expect(relayed).toBe(direct);
    }
    await relay.close();
    await own.close();
    await Promise.all([seen.close(), relayedTo.close()]);
  });
});

/** Two of them give the same bytes to the same requests in the same order. */
function startStill(): Promise<SimulatedProvider> {
  return startSimulatedProvider({
    clock: { now: () => 1_795_000_000_000, sleep: () => Promise.resolve() },
  });
}

async function post(url: string, secret: string, body: object): Promise<string> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.text();
}

function textOf(events: readonly ResponseStreamEvent[]): string {
  return events
    .map((event) => (event.type === 'response.output_text.delta' ? event.delta : ''))
    .join('');
}
