/**
 * `google-generate-content` through a real gateway: its paths and keys, its two kinds of stream,
 * its errors, and what only it has.
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = 'sk-test-gateway-of-google';
const protocols = [
  'google-generate-content',
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
];

let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(async () => {
  sim.reset();
  const one = { base_url: sim.url, protocol: protocols[0], pace: 'quick', counts_tokens: true };
  const credentials = [
    { label: 'first', api_key: 'sk-sim-good+1' },
    { label: 'second', api_key: 'sk-sim-good+2' },
  ];
  runtime = createRuntime({
    config: {
      main: 'google/sim/plain',
      aliases: { 'gemini-*': 'main' },
      providers: {
        google: { ...one, credentials },
        ...Object.fromEntries(
          protocols.map((protocol) => [
            `by-${protocol}`,
            { base_url: sim.url, protocol, api_key: 'sk-sim-good' },
          ]),
        ),
      },
      gateway: { port: 0 },
    },
  });
  gateway = await startGateway({ runtime, key });
});
afterEach(async () => {
  await gateway.close();
  await runtime.close();
});
afterAll(() => sim.close());

const hello = { contents: [{ role: 'user', parts: [{ text: 'hello there' }] }] };
const declared = {
  functionDeclarations: [{ name: 'look', parameters: { type: 'OBJECT', properties: {} } }],
};
const looking = {
  contents: [{ role: 'user', parts: [{ text: 'please look({"city":"Rome"}) now' }] }],
  tools: [declared],
};

async function ask(path: string, body?: object, headers: object = { 'x-goog-api-key': key }) {
  const response = await fetch(`${gateway.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** Whatever a body of Google's holds. */
interface ToldAnswer {
  readonly candidates?: readonly { readonly content: { readonly parts: readonly ToldPart[] } }[];
}

interface ToldPart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly id: string; readonly args: object };
}

function partsOf({ candidates = [] }: ToldAnswer): readonly ToldPart[] {
  return candidates.flatMap(({ content }) => content.parts);
}

function textOf(answer: ToldAnswer): string {
  return partsOf(answer)
    .map(({ text = '', thought }) => (thought === true ? '' : text))
    .join('');
}

describe('a model stands in the path', () => {
  it.each([
    ['a task', 'main'],
    ['an alias', 'gemini-3.8-flash'],
    ['a provider and its model', 'google/sim/plain'],
    ['the same with its slashes escaped', 'google%2Fsim%2Fplain'],
  ])('%s', async (_name, model) => {
    const { status, text } = await ask(`/v1beta/models/${model}:generateContent`, hello);
    expect([status, textOf(JSON.parse(text))]).toEqual([200, 'sim/plain heard: hello there']);
    expect(sim.log()[0]?.path).toBe('/v1/models/sim%2Fplain:generateContent');
  });

  it('and leads nowhere else, whatever it is', async () => {
    await ask('/v1beta/models/google%2F..%2F..%2Fadmin%3Fx=1:generateContent', hello);
    expect(sim.log()[0]?.path).toBe('/v1/models/..%2F..%2Fadmin%3Fx%3D1:generateContent');
  });

  it('one that nobody knows is an error in the shape of the protocol', async () => {
    const { status, text } = await ask('/v1beta/models/nope:generateContent', hello);
    const { error } = JSON.parse(text);
    expect([status, error.code, error.status]).toEqual([404, 404, 'NOT_FOUND']);
    expect(error.details[0].reason).toBe('MODEL_UNKNOWN');
  });
});

describe('the gateway’s key', () => {
  it('may stand in the query', async () => {
    const { status } = await ask(`/v1beta/models/main:generateContent?key=${key}`, hello, {});
    expect(status).toBe(200);
    expect(JSON.stringify(runtime.records())).not.toContain(key);
  });

  it.each([
    ['none', {}, ''],
    ['a wrong one', { 'x-goog-api-key': 'nobody' }, ''],
    ['a wrong one in the query', {}, '?key=nobody'],
  ])('%s is refused in the shape of the protocol', async (_name, headers, query) => {
    const { status, text } = await ask(
      `/v1beta/models/main:generateContent${query}`,
      hello,
      headers,
    );
    expect([status, JSON.parse(text).error.status]).toEqual([401, 'UNAUTHENTICATED']);
    expect(sim.log()).toEqual([]);
  });
});

describe('a stream', () => {
  it.each(protocols)(
    'is one JSON array where no events were asked for, of a provider of %s',
    async (spoken) => {
      const path = `/v1beta/models/by-${spoken}/sim/plain:streamGenerateContent`;
      const { status, headers, text } = await ask(path, hello);
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
      const items: object[] = JSON.parse(text);
      expect(items.length).toBeGreaterThan(3);
      expect(items.map(textOf).join('')).toBe('sim/plain heard: hello there');
    },
  );

  it('that breaks ends with the bare error, and in an array with an item', async () => {
    const path = '/v1beta/models/by-openai-chat/sim/cut-after-4:streamGenerateContent';
    const { text } = await ask(`${path}?alt=sse`, hello);
    const last = text.split('\n\n').at(-1) ?? '';
    expect(JSON.parse(last).error.details[0].reason).toBe('STREAM-CUT');
    const items = JSON.parse((await ask(path, hello)).text);
    expect(items.at(-1).error.details[0].reason).toBe('STREAM-CUT');
  });

  it('holds no comment, which clients of the protocol cannot read', async () => {
    const path = '/v1beta/models/by-anthropic-messages/sim/plain:streamGenerateContent?alt=sse';
    const { text } = await ask(path, hello);
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('data: '))).toEqual(
      [],
    );
  });
});

describe('beside answers', () => {
  it('tokens are counted by the target', async () => {
    const { text, headers } = await ask('/v1beta/models/main:countTokens', hello);
    expect(JSON.parse(text).totalTokens).toBeGreaterThan(0);
    expect(headers.get('x-holdfast-estimated')).toBeNull();
  });

  it('tokens are estimated where nobody can be asked', async () => {
    const inner = { model: 'models/main', ...hello };
    const path = '/v1beta/models/by-openai-chat/sim/plain:countTokens';
    const { text, headers } = await ask(path, { generateContentRequest: inner });
    expect(JSON.parse(text).totalTokens).toBeGreaterThan(2);
    expect(headers.get('x-holdfast-estimated')).toBe('true');
  });

  it('vectors come from the named model, whose name stands in each request of a batch', async () => {
    const content = { parts: [{ text: 'x' }] };
    const one = await ask('/v1beta/models/main:embedContent', { content });
    const requests = [{ model: 'models/main', content }];
    const batch = await ask('/v1beta/models/main:batchEmbedContents', { requests });
    expect(JSON.parse(batch.text).embeddings[0]).toEqual(JSON.parse(one.text).embedding);
  });

  it('models are listed in Google’s shape', async () => {
    const { models } = JSON.parse((await ask('/v1beta/models')).text);
    expect(models[0]).toMatchObject({ name: 'models/main', displayName: 'main' });
    expect(JSON.parse((await ask('/v1beta/models/main')).text).name).toBe('models/main');
    expect((await ask('/v1beta/models/nope')).status).toBe(404);
  });
});

describe('a signature', () => {
  it('goes back to the account that made it, and to no other', async () => {
    const called = JSON.parse((await ask('/v1beta/models/main:generateContent', looking)).text);
    const [call] = partsOf(called);
    expect(call?.thoughtSignature).toMatch(/^sim-/);
    const maker = sim.log()[0]?.keyFingerprint;
    sim.clearLog();
    const functionResponse = {
      id: call?.functionCall?.id,
      name: 'look',
      response: { output: 'sunny' },
    };
    const contents = [
      ...looking.contents,
      called.candidates[0].content,
      { role: 'user', parts: [{ functionResponse }] },
    ];
    const others = runtime.config().pools.get('google') ?? [];
    const notes: string[] = [];
    for (const { id } of others) {
      await runtime.exchange(
        {
          method: 'POST',
          path: '/v1beta/models/main:generateContent',
          headers: {},
          body: Buffer.from(JSON.stringify({ ...looking, contents })),
          signal: new AbortController().signal,
          onlyCredential: id,
        },
        {
          head: () => undefined,
          write: () => true,
          onDrain: () => undefined,
          end: () => undefined,
        },
      );
      notes.push(runtime.records().at(-1)?.notes?.join() ?? '');
    }
    const asked = sim.log().map(({ keyFingerprint, status }) => [keyFingerprint === maker, status]);
    expect(asked.sort()).toEqual([
      [false, 200],
      [true, 200],
    ]);
    expect(
      notes.filter((note) => note.includes('reasoning that another account sealed')),
    ).toHaveLength(1);
  });

  it.each(protocols.slice(1))('need not be there on a call of a provider of %s', async (spoken) => {
    const path = `/v1beta/models/by-${spoken}/sim/plain:generateContent`;
    const called = JSON.parse((await ask(path, looking)).text);
    const calls = partsOf(called).flatMap(({ functionCall }) => functionCall?.args ?? []);
    expect(calls).toEqual([{ city: 'Rome' }]);
    const functionResponse = { name: 'look', response: { output: 'sunny' } };
    const contents = [
      ...looking.contents,
      { role: 'model', parts: [{ functionCall: { name: 'look', args: {} } }] },
      { role: 'user', parts: [{ functionResponse }] },
    ];
    expect((await ask(path, { ...looking, contents })).status).toBe(200);
  });
});
