/**
 * The way of an auxiliary call when its own provider fails, of a sub-agent's, and of a tool loop's.
 */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask, textOf } from './harness.ts';
import { type Tongue, tongues, translatedPairs } from './protocol-cases.ts';

let sim: SimulatedProvider;
let runtime: Runtime | undefined;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterEach(() => runtime?.close());
afterAll(() => sim.close());

const explicit = { provider: 'own', model: 'sim/status-401' };

/** Three providers on the simulated server, each with a key of its own. */
function start(config: object, models: object = {}): Runtime {
  const server = { base_url: sim.url, protocol: 'openai-chat', pace: 'quick' };
  const other = { ...server, base_url: sim.url.replace('127.0.0.1', 'localhost') };
  runtime = createRuntime({
    config: {
      main: 'main-provider/sim/plain',
      providers: {
        own: { ...server, api_key: 'sk-sim-good+own', models },
        chained: { ...other, api_key: 'sk-sim-good+chained', models },
        'main-provider': { ...server, api_key: 'sk-sim-good+main' },
      },
      ...config,
    },
  });
  return runtime;
}

const tried = () =>
  runtime
    ?.records()
    .at(-1)
    ?.attempts.map(({ target, failure }) => [target, failure?.class]);

describe('an auxiliary call whose own provider fails', () => {
  const chain = ['chained/sim/status-403', 'chained/sim/plain'];

  it.each<[string, string, object, string]>([
    ['401 goes to its chain', 'sim/status-401', { fallback_chain: chain }, 'chained/sim/plain'],
    [
      'then to main',
      'sim/status-401',
      { fallback_chain: chain.slice(0, 1) },
      'main-provider/sim/plain',
    ],
    [
      '429 goes to its chain before main',
      'sim/429-forever',
      { fallback_chain: chain },
      'chained/sim/plain',
    ],
    ['without a chain to main', 'sim/429-forever', {}, 'main-provider/sim/plain'],
  ])('%s', async (_name, model, more, answeredBy) => {
    const engine = start({ auxiliary: { compression: { ...explicit, model, ...more } } });
    const { status } = await ask(engine, { model: 'compression' });
    expect(status).toBe(200);
    expect(tried()?.[0]?.[0]).toBe(`own/${model}`);
    expect(tried()?.at(-1)).toEqual([answeredBy, undefined]);
  });

  it('with `fallback: none` never asks main, and lists every attempt', async () => {
    const compression = { ...explicit, fallback_chain: chain.slice(0, 1), fallback: 'none' };
    const { status, text } = await ask(start({ auxiliary: { compression } }), {
      model: 'compression',
    });
    expect(sim.log().map(({ model }) => model)).not.toContain('sim/plain');
    expect(status).toBe(400);
    const { candidates } = JSON.parse(text).error.holdfast;
    expect(candidates.map(({ target }: { target: string }) => target)).toEqual([
      'own/sim/status-401',
      'chained/sim/status-403',
    ]);
  });

  it('a window that is no larger is skipped with its reason, and a larger one is asked', async () => {
    const models = {
      'sim/context-overflow': { context_window: 8000 },
      'sim/small': { context_window: 4000 },
      'sim/large': { context_window: 200_000 },
    };
    const compression = {
      provider: 'own',
      model: 'sim/context-overflow',
      fallback_chain: ['chained/sim/small', 'chained/sim/large'],
    };
    await ask(start({ auxiliary: { compression } }, models), { model: 'compression' });
    expect(tried()).toEqual([
      ['own/sim/context-overflow', 'context-overflow'],
      ['chained/sim/large', undefined],
    ]);
    expect(runtime?.records().at(-1)?.skipped).toContainEqual({
      target: 'chained/sim/small',
      cause: 'context-overflow',
      reason: expect.stringContaining('its context window is no larger than the 8192 tokens'),
    });
  });

  it('a custom server that wants money leaves another custom server usable', async () => {
    const engine = start({
      main: 'cloud/sim/plain',
      fallback_chain: ['local/sim/plain'],
      providers: {
        cloud: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-broke' },
        local: {
          base_url: sim.url.replace('127.0.0.1', 'localhost'),
          protocol: 'openai-chat',
          api_key: 'sk-sim-good',
        },
      },
    });
    for (const _round of [1, 2]) {
      expect((await ask(engine)).status).toBe(200);
      expect(runtime?.records().at(-1)?.answeredBy).toBe('local/sim/plain');
    }
    expect(sim.log().filter(({ status }) => status === 402)).toHaveLength(1);
  });
});

describe('a sub-agent', () => {
  it('that comes after its parent has proven the key has the same grace', async () => {
    const engine = start({
      main: 'main-provider/sim/plain',
      providers: {
        'main-provider': {
          base_url: sim.url,
          protocol: 'openai-chat',
          pace: 'quick',
          api_key: 'sk-sim-flaky-2',
        },
      },
    });
    const parent = await ask(engine, {}, { headers: { 'x-session-id': 'parent' } });
    const child = await ask(engine, {}, { headers: { 'x-session-id': 'child' } });
    expect([parent.status, child.status]).toEqual([200, 200]);
    expect(sim.log().map(({ status }) => status)).toEqual([200, 401, 401, 200]);
  });
});

/** What was sent to a provider that answers 500, and then to one that answers. */
interface Witness {
  readonly url: string;
  readonly bodies: string[];
  readonly server: Server;
}

async function watch(status: number, spoken: Tongue): Promise<Witness> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString());
    if (status !== 200) {
      response.writeHead(status).end('{"error":{"message":"boom"}}');
      return;
    }
    const asked = JSON.parse(bodies.at(-1) ?? '');
    const isInPath = spoken.toRequest !== undefined;
    const plain = isInPath ? asked : { ...asked, model: 'sim/plain' };
    const answer = await fetch(`${sim.origin}${isInPath ? request.url : spoken.path}`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-sim-good', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify(plain),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`,
    bodies,
    server,
  };
}

/** A conversation in each protocol in which a tool has run: its call and its result. */
const loops: Readonly<Record<string, object>> = {
  'openai-chat': {
    messages: [
      { role: 'user', content: 'look' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_once', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_once', content: 'seen: 42 sheep' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'look', parameters: { type: 'object', properties: {} } },
      },
    ],
  },
  'openai-responses': {
    input: [
      { role: 'user', content: 'look' },
      { type: 'function_call', call_id: 'call_once', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_once', output: 'seen: 42 sheep' },
    ],
    tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} } }],
  },
  'anthropic-messages': {
    messages: [
      { role: 'user', content: 'look' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'call_once', name: 'look', input: {} }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'call_once', content: 'seen: 42 sheep' }],
      },
    ],
    tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
  },
  'google-generate-content': {
    contents: [
      { role: 'user', parts: [{ text: 'look' }] },
      {
        role: 'model',
        parts: [
          {
            functionCall: { id: 'call_once', name: 'look', args: {} },
            thoughtSignature: 'sim-signed',
          },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              id: 'call_once',
              name: 'look',
              response: { output: 'seen: 42 sheep' },
            },
          },
        ],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'look' }] }],
  },
};

const pairs = [
  ...tongues.map((tongue) => [tongue, tongue] as const),
  ...translatedPairs.map(([, { asked, spoken }]) => [asked, spoken] as const),
];

describe.each(
  pairs.map(([asked, other]) => [asked.protocol, other.protocol, asked, other] as const),
)(
  'a tool loop in %s, of which a provider that speaks %s takes over',
  (_one, _two, asked, other) => {
    it('brings the one result of the one call with it, and asks for no other', async () => {
      const [broken, well] = [await watch(500, asked), await watch(200, other)];
      runtime = createRuntime({
        config: {
          main: 'broken/m',
          fallback_chain: ['well/m'],
          providers: {
            broken: { base_url: broken.url, protocol: asked.protocol, auth: 'none', pace: 'quick' },
            well: { base_url: well.url, protocol: other.protocol, auth: 'none', pace: 'quick' },
          },
        },
      });
      const answer = await ask(
        runtime,
        { ...loops[asked.protocol], stream: true },
        { tongue: asked },
      );
      for (const { server } of [broken, well]) server.close();
      expect([answer.status, textOf(answer, asked) === '']).toEqual([200, false]);
      expect(broken.bodies.length).toBeGreaterThan(0);
      expect(well.bodies).toHaveLength(1);
      expect(well.bodies[0]?.split('seen: 42 sheep')).toHaveLength(2);
      expect(well.bodies[0]?.match(/call_once/g)).toHaveLength(2);
    });
  },
);
