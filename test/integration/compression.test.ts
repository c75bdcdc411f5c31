/**
 * Compression over real sockets: the library, and `POST /v1/responses/compact` as OpenAI's clients
 * ask for it and give it back.
 */

import { statSync } from 'node:fs';
import OpenAI from 'openai';
import type { ResponseInputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createHoldfast } from '../../src/library/holdfast.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import type { TaskMessage } from '../../src/tasks/profile.ts';
import { useSimAndHome } from './sim-and-home.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const given = useSimAndHome();
let runtime: Runtime;
let gateway: Gateway;
let closeHost: () => Promise<void>;

function configOf(model: string, chain: readonly string[] = []): object {
  const server = { base_url: given.sim.url, api_key: 'sk-sim-good', pace: 'quick' };
  const elsewhere = given.sim.url.replace('127.0.0.1', 'localhost');
  const models = Object.fromEntries(
    [model, ...chain].map((name) => [name, { context_window: 128_000 }]),
  );
  return {
    main: 'chat/sim/plain',
    auxiliary: {
      compression: {
        provider: 'chat',
        model,
        fallback_chain: chain.map((name) => `spare/${name}`),
        fallback: 'none',
      },
    },
    providers: {
      chat: { ...server, models, protocol: 'openai-chat' },
      spare: {
        ...server,
        base_url: elsewhere,
        api_key: 'sk-sim-good+spare',
        models,
        protocol: 'openai-chat',
      },
      responses: {
        ...server,
        base_url: elsewhere,
        protocol: 'openai-responses',
      },
    },
    gateway: { port: 0 },
  };
}

async function start(model: string, chain: readonly string[] = []): Promise<OpenAI> {
  const host = createNodeHost({ HOLDFAST_HOME: given.home });
  closeHost = () => host.close();
  runtime = createRuntime({ host, config: configOf(model, chain) });
  gateway = await startGateway({ runtime, key });
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 });
}

async function stop(): Promise<void> {
  await gateway.close();
  await runtime.close();
  await closeHost();
}

beforeEach(() => given.sim.reset());

const goal = 'Move the login to the new service.';
const callIn = (n: number): ResponseInputItem[] => [
  {
    type: 'function_call',
    call_id: `c${n}`,
    name: 'read',
    arguments: `{"path":"src/part${n}.ts"}`,
  },
  { type: 'function_call_output', call_id: `c${n}`, output: `const value = ${n};\n`.repeat(60) },
];
const input: ResponseInputItem[] = [
  {
    type: 'message',
    role: 'developer',
    content: [{ type: 'input_text', text: 'You are a coding agent.' }],
  },
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: goal }] },
  ...Array.from({ length: 20 }, (_, n) => callIn(n)).flat(),
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] },
];

describe('POST /v1/responses/compact', () => {
  afterEach(stop);

  it("gives the user's messages and one sealed item, which is opened for any target when it comes back", async () => {
    const client = await start('sim/summary');
    const { object, output, usage } = await client.responses.compact({ model: 'main', input });
    expect(object).toBe('response.compaction');
    expect(output.map(({ type }) => type)).toEqual(['message', 'message', 'message', 'compaction']);
    expect(usage.input_tokens).toBeGreaterThan(1000);
    const item = output.at(-1);
    expect(JSON.stringify(item)).not.toContain('login');
    expect(statSync(`${given.home}/compaction.key`).mode & 0o777).toBe(0o600);
    expect(runtime.records().map(({ task }) => task)).toEqual(['compression']);
    for (const model of ['chat/sim/echo', 'responses/sim/echo']) {
      const next = [item, { role: 'user', content: 'And now?' }] as ResponseInputItem[];
      const answer = await client.responses.create({ model, input: next });
      expect(answer.output_text).toContain('And now?');
      const sent = given.sim.log().at(-1);
      expect(sent?.model).toBe('sim/echo');
    }
    const again = [item, ...input] as ResponseInputItem[];
    const second = await client.responses.compact({ model: 'main', input: again });
    expect(second.output.map(({ type }) => type)).toEqual([
      'message',
      'message',
      'message',
      'compaction',
    ]);
  });

  it('refuses an item that was changed, and says why', async () => {
    const client = await start('sim/summary');
    const { output } = await client.responses.compact({ model: 'main', input });
    const item = output.at(-1);
    const sealed = item?.type === 'compaction' ? item.encrypted_content : '';
    const changed = `${sealed.slice(0, -6)}AAAAAA`;
    const asked = client.responses.create({
      model: 'main',
      input: [{ type: 'compaction', encrypted_content: changed }],
    });
    await expect(asked).rejects.toThrow('cannot be opened here');
  });

  it("an account's own item passes as it is", async () => {
    const client = await start('sim/summary');
    const foreign = { type: 'compaction', encrypted_content: 'gAAAA-of-an-account' } as const;
    const { output } = await client.responses.compact({
      model: 'main',
      input: [foreign, ...input],
    });
    expect(output.at(-2)).toEqual(foreign);
  });

  it('says what went wrong and when to ask again, where nobody makes a summary of use', async () => {
    const client = await start('sim/plain');
    const asked = client.responses.compact({ model: 'main', input });
    await expect(asked).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('ask again in 60 s'),
    });
  });

  it.each([
    ['an answer in its place', 'sim/plain'],
    ['longer than its source', 'sim/inflated-summary'],
    ['no answer at all', 'sim/status-401'],
  ])('%s: the next candidate of the task makes the summary', async (_name, model) => {
    const client = await start(model, ['sim/summary']);
    const { output } = await client.responses.compact({ model: 'main', input });
    expect(output.at(-1)?.type).toBe('compaction');
    expect(runtime.records().at(-1)?.answeredBy).toBe('spare/sim/summary');
  });
});

describe('an input that ends with a compaction_trigger', () => {
  afterEach(stop);
  const trigger = { type: 'compaction_trigger' } as unknown as ResponseInputItem;

  it('is answered with one sealed item, streamed as Codex asks for it, and goes on at a target of another protocol', async () => {
    const client = await start('sim/inflated-summary', ['sim/summary']);
    const stream = await client.responses.create({
      model: 'main',
      input: [...input, trigger],
      stream: true,
    });
    const events: ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    const done = events.flatMap((event) =>
      event.type === 'response.output_item.done' ? event.item : [],
    );
    expect(done.map(({ type }) => type)).toEqual(['compaction']);
    expect(runtime.records().at(-1)).toMatchObject({
      task: 'compression',
      answeredBy: 'spare/sim/summary',
    });
    const next = [...done, { role: 'user', content: 'And now?' }] as ResponseInputItem[];
    expect((await client.responses.create({ model: 'main', input: next })).output_text).toContain(
      'And now?',
    );
  });

  it('is answered whole where no stream is asked for, and refused where nobody makes a summary', async () => {
    const client = await start('sim/summary');
    const { output, status } = await client.responses.create({
      model: 'main',
      input: [...input, trigger],
    });
    expect([status, output.map(({ type }) => type)]).toEqual(['completed', ['compaction']]);
    await stop();
    const other = await start('sim/plain');
    const refused = other.responses.create({
      model: 'main',
      input: [...input, trigger],
      stream: true,
    });
    await expect(refused).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    [
      'an item that only an account can read',
      [{ type: 'compaction', encrypted_content: 'gAAAA' }, trigger],
      {},
    ],
    ['a conversation that its provider keeps', [trigger], { previous_response_id: 'resp_1' }],
  ])('is left to the provider where there is %s', async (_name, items, more) => {
    const client = await start('sim/summary');
    const asked = { model: 'responses/sim/echo', input: items as ResponseInputItem[], ...more };
    await client.responses.create(asked).catch(() => undefined);
    expect(given.sim.log().map(({ model }) => model)).toContain('sim/echo');
    expect(runtime.records().map(({ task }) => task)).not.toContain('compression');
  });
});

describe('holdfast.tasks.compress()', () => {
  const source = Array.from(
    { length: 180 },
    (_, line) => `  const value${line} = read(options.path, ${line});`,
  );
  const messages: TaskMessage[] = [
    { role: 'system', content: 'You are a coding agent.' },
    { role: 'user', content: goal },
    ...Array.from({ length: 200 }, (_, n): TaskMessage[] => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: `c${n}`, type: 'function', function: { name: 'read', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: `c${n}`, content: source.join('\n') },
    ]).flat(),
    { role: 'user', content: 'Go on.' },
  ];

  it('compresses 400,000 tokens through windows of 128,000', async () => {
    const holdfast = createHoldfast({ config: configOf('sim/summary') });
    const result = await holdfast.tasks.compress(messages);
    await holdfast.close();
    expect(result.tokensBefore).toBeGreaterThan(400_000);
    expect(result.tokensAfter).toBeLessThan(25_000);
    expect(result.isCompressed).toBe(true);
    expect(result.records.length).toBeGreaterThan(3);
    for (const { usage } of result.records) expect(usage?.inputTokens).toBeLessThan(120_000);
  });

  it('gives the messages back as they were when everybody is down', async () => {
    const before = JSON.stringify(messages);
    const holdfast = createHoldfast({ config: configOf('sim/status-401') });
    const result = await holdfast.tasks.compress(messages);
    await holdfast.close();
    expect(result.messages).toBe(messages);
    expect(JSON.stringify(result.messages)).toBe(before);
    expect(result.failure).toMatchObject({ cause: 'nobody-answered', retryAfterMs: 60_000 });
  });

  it('refuses what is no conversation before anything is sent', async () => {
    const holdfast = createHoldfast({ config: configOf('sim/summary') });
    // @ts-expect-error a message without a role
    await expect(holdfast.tasks.compress([{ content: 'hello' }])).rejects.toThrow(
      'message 0 has no "role"',
    );
    await holdfast.close();
  });
});
