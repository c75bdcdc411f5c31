/**
 * What is passed through as it is, over real sockets with the vendor's own SDK: pictures, sound,
 * files, batches, reranking.
 */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import OpenAI, { toFile } from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createHoldfast } from '../../src/library/holdfast.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'k'.repeat(24)}`;
/** A server without any of this. */
const bare = createServer((request, response) => {
  request.resume();
  response.writeHead(404).end('404 page not found');
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;

async function start(keys: readonly string[] = ['sk-sim-good'], more: object = {}): Promise<void> {
  const [first = '', ...others] = keys;
  const credentials = others.map((api_key, index) => ({ label: `spare${index}`, api_key }));
  const spares = credentials.length === 0 ? {} : { credentials };
  runtime = createRuntime({
    config: {
      main: 'sim/plain',
      providers: {
        sim: { base_url: sim.url, protocol: 'openai-chat', api_key: first, ...spares, ...more },
        other: {
          base_url: sim.url.replace('127.0.0.1', 'localhost'),
          protocol: 'openai-chat',
          api_key: 'sk-sim-good+other',
        },
        bare: {
          base_url: `http://127.0.0.1:${portOf(bare)}/v1`,
          protocol: 'openai-chat',
          auth: 'none',
        },
        claude: { base_url: sim.url, protocol: 'anthropic-messages', api_key: 'sk-sim-good' },
      },
      gateway: { port: 0 },
    },
  });
  gateway = await startGateway({ runtime, key });
}

function sdk(headers: Record<string, string> = {}): OpenAI {
  return new OpenAI({
    baseURL: `${gateway.url}/v1`,
    apiKey: key,
    maxRetries: 0,
    defaultHeaders: headers,
  });
}

async function messageOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json();
  return JSON.stringify(body);
}

function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, ...init.headers };
  return fetch(`${gateway.url}${path}`, { ...init, method, headers });
}

const statuses = (): readonly (number | null)[] => sim.log().map(({ status }) => status);

beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.01 });
  await once(bare.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  sim.reset();
});
afterEach(async () => {
  await gateway.close();
  await runtime.close();
});
afterAll(async () => {
  bare.close();
  await sim.close();
});

describe('a healthy passage', () => {
  beforeEach(() => start());

  it('makes a picture, and streams one', async () => {
    const whole = await sdk().images.generate({ model: 'sim/gpt-image-1', prompt: 'a boat' });
    expect(whole.data?.[0]?.b64_json).toEqual(expect.any(String));
    const types: string[] = [];
    const stream = await sdk().images.generate({
      model: 'sim/gpt-image-1',
      prompt: 'a boat',
      stream: true,
    });
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual([
      ...Array.from({ length: 8 }, () => 'image_generation.partial_image'),
      'image_generation.completed',
    ]);
    expect(sim.log().map(({ path, model }) => [path, model])).toEqual([
      ['/v1/images/generations', 'gpt-image-1'],
      ['/v1/images/generations', 'gpt-image-1'],
    ]);
  });

  it('edits a picture in a form', async () => {
    const image = await toFile(Buffer.alloc(70_000, 7), 'boat.png');
    const edited = await sdk().images.edit({ model: 'sim/gpt-image-1', prompt: 'red', image });
    expect(edited.data?.length).toBe(1);
  });

  it('speaks, byte for byte', async () => {
    const direct = new OpenAI({ baseURL: sim.url, apiKey: 'sk-sim-good' });
    const speech = { model: 'tts-1', voice: 'alloy', input: 'good morning' } as const;
    const [ours, theirs] = await Promise.all([
      sdk().audio.speech.create({ ...speech, model: 'sim/tts-1' }),
      direct.audio.speech.create(speech),
    ]);
    expect(ours.headers.get('content-type')).toBe('audio/mpeg');
    expect(ours.headers.get('x-holdfast-target')).toBe('sim/tts-1');
    expect(Buffer.from(await ours.arrayBuffer())).toEqual(Buffer.from(await theirs.arrayBuffer()));
  });

  it('writes down what is said, whole, as text and as events', async () => {
    const file = await toFile(Buffer.alloc(100), 'speech.mp3');
    const asked = { model: 'sim/whisper-1', file } as const;
    expect((await sdk().audio.transcriptions.create(asked)).text).toBe(
      'heard speech.mp3 (100 bytes)',
    );
    expect(await sdk().audio.translations.create({ ...asked, response_format: 'text' })).toBe(
      'heard speech.mp3 (100 bytes)\n',
    );
    const events = await sdk().audio.transcriptions.create({ ...asked, stream: true });
    let last = '';
    for await (const event of events) last = event.type;
    expect(last).toBe('transcript.text.done');
    expect(
      runtime.records().map(({ operation, model, outcome }) => [operation, model, outcome]),
    ).toEqual(Array.from({ length: 3 }, () => ['audio', 'sim/whisper-1', 'answered']));
  });

  it('ranks texts', async () => {
    const answer = await send('POST', '/v1/rerank', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sim/rerank-1', query: 'boats', documents: ['a', 'b'] }),
    });
    expect(await answer.json()).toMatchObject({ results: [{ index: 0 }, { index: 1 }] });
  });

  it('goes through holdfast.fetch too', async () => {
    const config = {
      main: 'sim/plain',
      providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    };
    const holdfast = createHoldfast({ config });
    const client = new OpenAI(holdfast.openai());
    const file = await toFile(Buffer.alloc(10), 'a.mp3');
    expect((await client.audio.transcriptions.create({ model: 'sim/w', file })).text).toContain(
      'a.mp3',
    );
    await holdfast.close();
  });
});

describe('a passage that is rescued', () => {
  const speak = (model: string) =>
    sdk().audio.speech.create({ model, voice: 'alloy', input: 'hi' });

  it.each([
    ['401', 'sk-sim-never', [401, 200]],
    ['402', 'sk-sim-broke', [402, 200]],
    ['429', 'sk-sim-exhausted', [429, 200]],
  ] as const)('another key answers after %s', async (_name, first, expected) => {
    await start([first, 'sk-sim-good+second']);
    expect((await (await speak('sim/tts-1')).arrayBuffer()).byteLength).toBe(8192);
    expect(statuses()).toEqual(expected);
  });

  it.each([
    ['status-503-once', 2],
    ['reset-once', 2],
  ])('sim/%s is asked again before the first byte', async (model, attempts) => {
    await start();
    const answer = await speak(`sim/sim/${model}`);
    expect(answer.headers.get('x-holdfast-attempts')).toBe(String(attempts));
    expect((await answer.arrayBuffer()).byteLength).toBe(8192);
  });

  it('a form is sent again as it was', async () => {
    await start();
    const image = await toFile(Buffer.alloc(70_000, 7), 'boat.png');
    await sdk().images.edit({ model: 'sim/sim/status-503-once', prompt: 'red', image });
    expect(statuses()).toEqual([503, 200]);
  });

  it('bytes that are cut are told as cut, and not asked again', async () => {
    await start();
    await expect(
      speak('sim/sim/cut-after-3').then((answer) => answer.arrayBuffer()),
    ).rejects.toThrow();
    expect(runtime.records()).toMatchObject([
      { outcome: 'broken', attempts: [{ failure: { class: 'stream-cut' } }] },
    ]);
    expect(statuses()).toEqual([200]);
  });

  it('events that are cut end with an error in band', async () => {
    await start();
    const stream = await sdk().images.generate({
      model: 'sim/sim/cut-after-3',
      prompt: 'a',
      stream: true,
    });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of stream) seen.push(event.type);
    };
    await expect(read()).rejects.toThrow(/broke off/);
    expect(seen).toHaveLength(3);
  });
});

describe('a stream of events', () => {
  it('that ends without its last event is noted', async () => {
    await start();
    const prompt = { prompt: 'a', stream: true } as const;
    for (const model of ['sim/sim/no-done', 'sim/sim/plain'])
      for await (const _ of await sdk().images.generate({ model, ...prompt }));
    const notes = runtime.records().map((record) => record.notes);
    expect(notes).toEqual([['the stream ended without its terminal marker'], []]);
    expect(runtime.records().at(-1)?.usage).toEqual({ inputTokens: 4, outputTokens: 16 });
  });
});

describe('files and batches', () => {
  const upload = async (client: OpenAI, text = '{"custom_id":"1"}\n') =>
    client.files.create({ file: await toFile(Buffer.from(text), 'batch.jsonl'), purpose: 'batch' });

  it('are kept, found, read, listed, used and deleted', async () => {
    await start();
    const made = await upload(sdk());
    expect(made).toMatchObject({ filename: 'batch.jsonl', bytes: 18 });
    expect(await sdk().files.retrieve(made.id)).toMatchObject({ id: made.id });
    expect(await (await sdk().files.content(made.id)).text()).toBe('{"custom_id":"1"}\n');
    expect((await sdk().files.list({ purpose: 'batch' })).data).toHaveLength(1);
    const batch = await sdk().batches.create({
      input_file_id: made.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    expect(await sdk().batches.retrieve(batch.id)).toMatchObject({ input_file_id: made.id });
    expect(await sdk().batches.cancel(batch.id)).toMatchObject({ status: 'cancelling' });
    expect((await sdk().batches.list()).data).toHaveLength(1);
    expect(await sdk().files.delete(made.id)).toMatchObject({ deleted: true });
    await expect(sdk().files.retrieve(made.id)).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining(`No such File object: ${made.id}`),
    });
  });

  it('belong to the account that made them, whichever key is next', async () => {
    await start(['sk-sim-good', 'sk-sim-good+second'], { selection: 'round-robin' });
    const made = [await upload(sdk()), await upload(sdk())];
    for (const { id } of [...made, ...made, ...made])
      expect(await sdk().files.retrieve(id)).toMatchObject({ id });
    expect(new Set(sim.log().map(({ keyFingerprint }) => keyFingerprint)).size).toBe(2);
    const bound = runtime
      .records()
      .map(({ skipped }) => skipped.filter(({ cause }) => cause === 'bound-to-account').length);
    expect(bound).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
  });

  it('go to the provider that is named, and are found there without its name', async () => {
    await start();
    const made = await upload(sdk({ 'x-holdfast-provider': 'other' }));
    const found = await sdk().files.retrieve(made.id).asResponse();
    expect(found.headers.get('x-holdfast-target')).toBe('other/files');
    const batch = {
      input_file_id: made.id,
      endpoint: '/v1/responses',
      completion_window: '24h',
    } as const;
    const answer = await sdk().batches.create(batch).asResponse();
    expect(answer.headers.get('x-holdfast-target')).toBe('other/batches');
    await expect(sdk({ 'x-holdfast-provider': 'nobody' }).files.list()).rejects.toThrow(
      /name one of: sim/,
    );
  });

  it('an id that nobody is known to have made is asked of the main provider alone', async () => {
    await start();
    await expect(sdk().files.retrieve('file-unknown')).rejects.toMatchObject({ status: 404 });
    expect(await sdk().models.list()).toBeDefined();
    await expect(sdk().files.retrieve('file-unknown')).rejects.toMatchObject({ status: 404 });
    expect(statuses()).toEqual([404, 404]);
  });
});

describe('what is not served', () => {
  beforeEach(() => start());

  it('a provider that does not speak it is told by name', async () => {
    const asking = sdk().images.generate({ model: 'claude/opus', prompt: 'a' });
    await expect(asking).rejects.toThrow(
      /claude\/opus cannot be asked for images: claude speaks no openai-chat/,
    );
  });

  it('a provider that has no such path is told by name, and nothing is held against it', async () => {
    const asking = (): Promise<unknown> =>
      sdk().images.generate({ model: 'bare/any', prompt: 'a' });
    await expect(asking()).rejects.toThrow(
      /bare\/any: \S+\/v1 serves no images \(404.*another provider as/,
    );
    await expect(asking()).rejects.toMatchObject({ code: 'not-offered' });
    expect(runtime.records().map(({ attempts }) => attempts.length)).toEqual([1, 1]);
  });

  it('of Anthropic the files alone, in its own shape', async () => {
    const headers = { 'anthropic-version': '2023-06-01' };
    const answer = await send('GET', '/v1/files', { headers });
    expect([answer.status, answer.headers.get('x-holdfast-target')]).toEqual([200, 'claude/files']);
    expect(await messageOf(await send('GET', '/v1/files/file_x', { headers }))).toContain(
      'No such File',
    );
  });

  it.each(['/v1/fine_tuning/jobs', '/v1/moderations', '/v1/vector_stores', '/v1/files/..'])(
    '%s is refused by name, with all that is served',
    async (path) => {
      const answer = await send('POST', path, { body: '{}' });
      expect(answer.status).toBe(404);
      const message = await messageOf(answer);
      expect(message).toContain('/v1/images/generations');
      expect(message).toContain('/v1/chat/completions');
    },
  );

  it('a near miss is refused with the path that was meant', async () => {
    const answer = await send('POST', '/v1/files/a/b', { body: '{}' });
    expect(answer.status).toBe(404);
    expect(await messageOf(answer)).toContain('did you mean /v1/files?');
  });

  it('another method is refused with those that are taken', async () => {
    const answer = await send('DELETE', '/v1/files');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('the gateway key of a query stays here', async () => {
    await send('GET', `/v1/files?purpose=batch&key=${key}`);
    expect(JSON.stringify(sim.log())).not.toContain(key);
  });
});
