/**
 * What callers make at a provider belongs to the key that made it: files, batches and stored
 * answers of one are neither listed, read, used nor deleted with another's.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addCallerKey, type CallerKey, createCallerKeys } from '../../src/gateway/caller-keys.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime } from '../../src/runtime.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';

interface Kept {
  readonly id: string;
}

interface Said {
  readonly status: number;
  readonly json: Kept & {
    readonly data?: readonly Kept[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

let stage: KeyedGateway;
let url: string;
let alice: string;
let bob: string;

beforeEach(async () => {
  stage = await startKeyedGateway((sim) => {
    const credentials = [{ label: 'one', api_key: 'sk-sim-good', account: 'team' }];
    const server = { base_url: sim.url, credentials };
    return {
      main: 'chat/sim/echo',
      aliases: { answers: 'answers/sim/echo' },
      providers: {
        chat: { ...server, protocol: 'openai-chat' },
        answers: { ...server, protocol: 'openai-responses' },
      },
      gateway: { port: 0 },
    };
  });
  ({ url } = stage.gateway);
  [alice, bob] = [await add('alice'), await add('bob')];
});
afterEach(() => stage.stop());

function add(name: string, more: Partial<CallerKey> = {}): Promise<string> {
  return addCallerKey(stage.place, { name, scope: 'call', ...more });
}

async function send(shown: string, method: string, path: string, body?: object): Promise<Said> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${shown}`,
      ...(isForm ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') ? JSON.parse(text) : { id: text } };
}

async function upload(shown: string): Promise<string> {
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new File(['{}'], 'x.jsonl'));
  return (await send(shown, 'POST', '/files', form)).json.id;
}

const asBatch = (input_file_id: string): object => ({
  input_file_id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
});

async function makeBatch(shown: string): Promise<string> {
  return (await send(shown, 'POST', '/batches', asBatch(await upload(shown)))).json.id;
}

const answer = (shown: string, more: object = {}): Promise<Said> =>
  send(shown, 'POST', '/responses', { model: 'answers/sim/echo', input: 'hello', ...more });

async function listed(shown: string, path: string): Promise<readonly string[]> {
  const { json } = await send(shown, 'GET', path);
  return json.data?.map(({ id }) => id) ?? [];
}

describe('with the key of another caller', () => {
  it.each<[string, (file: string, batch: string) => [string, string, object?]]>([
    ['a file is not looked at', (file) => ['GET', `/files/${file}`]],
    ['its content is not read', (file) => ['GET', `/files/${file}/content`]],
    ['it is not deleted', (file) => ['DELETE', `/files/${file}`]],
    ['no batch is made of it', (file) => ['POST', '/batches', asBatch(file)]],
    ['a batch is not looked at', (_, batch) => ['GET', `/batches/${batch}`]],
    ['it is not ended', (_, batch) => ['POST', `/batches/${batch}/cancel`]],
    [
      'no answer is made with a file',
      (file) => [
        'POST',
        '/responses',
        {
          model: 'answers/sim/echo',
          input: [{ role: 'user', content: [{ type: 'input_file', file_id: file }] }],
        },
      ],
    ],
  ])('%s', async (_name, ask) => {
    const [method, path, body] = ask(await upload(alice), await makeBatch(alice));
    stage.sim.clearLog();
    for (const other of [bob, key]) {
      const refused = await send(other, method, path, body);
      expect([refused.status, refused.json.error?.code]).toEqual([403, 'key_not_allowed']);
      expect(refused.json.error?.message).toContain('another key of this gateway');
    }
    expect(stage.sim.log()).toEqual([]);
    expect((await send(alice, method, path, body)).status).toBeLessThan(500);
    expect(stage.sim.log()).toHaveLength(1);
  });

  it.each([
    ['GET', ''],
    ['GET', '?stream=true'],
    ['GET', '/input_items'],
    ['POST', '/cancel'],
    ['DELETE', ''],
  ])('a stored answer has no %s %s', async (method, end) => {
    const { id } = (await answer(alice, { background: true })).json;
    const path = `/responses/${id}${end}`;
    stage.sim.clearLog();
    expect((await send(bob, method, path)).status).toBe(403);
    expect((await send(adminKey, method, path)).status).toBe(method === 'GET' ? 200 : 403);
    expect((await send(alice, method, path)).status).toBe(200);
    expect(stage.sim.log()).toHaveLength(method === 'GET' ? 2 : 1);
  });

  it('no conversation goes on from a stored answer', async () => {
    const { id } = (await answer(alice)).json;
    expect((await answer(bob, { previous_response_id: id })).status).toBe(403);
    expect((await answer(alice, { previous_response_id: id })).status).toBe(200);
  });
});

it('a list has only what the caller made, and what nobody is known to have made', async () => {
  const [old, ofAlice, ofBob, shared] = [
    await upload(alice),
    await upload(alice),
    await upload(bob),
    await upload(key),
  ];
  await forgetMaker(old);
  expect(await listed(alice, '/files')).toEqual([old, ofAlice]);
  expect(await listed(bob, '/files')).toEqual([old, ofBob]);
  expect(await listed(key, '/files')).toEqual([old, shared]);
  expect(await listed(adminKey, '/files')).toEqual([old, ofAlice, ofBob, shared]);
  const batch = await makeBatch(alice);
  expect(await listed(alice, '/batches')).toEqual([batch]);
  expect(await listed(bob, '/batches')).toEqual([]);
});

it('the first key and keys of connect share', async () => {
  const [claude, codex] = [
    await add('claude', { isShared: true }),
    await add('codex', { isShared: true }),
  ];
  const file = await upload(claude);
  for (const other of [key, codex])
    expect((await send(other, 'GET', `/files/${file}`)).status).toBe(200);
  expect((await send(alice, 'GET', `/files/${file}`)).status).toBe(403);
  const { id } = (await answer(key)).json;
  expect((await answer(codex, { previous_response_id: id })).status).toBe(200);
});

it('an admin reads all, and makes and deletes nothing', async () => {
  const file = await upload(alice);
  expect((await send(adminKey, 'GET', `/files/${file}`)).status).toBe(200);
  expect((await send(adminKey, 'GET', `/files/${file}/content`)).json).toEqual({});
  expect((await send(adminKey, 'DELETE', `/files/${file}`)).status).toBe(403);
  expect((await send(adminKey, 'GET', '/models')).status).toBe(403);
});

it('naming a file of nobody does not make it the own one', async () => {
  const file = await upload(alice);
  await forgetMaker(file);
  expect((await send(bob, 'POST', '/batches', asBatch(file))).status).toBe(200);
  expect((await send(alice, 'GET', `/files/${file}`)).status).toBe(200);
});

it('another process of the same home knows it too', async () => {
  const file = await upload(alice);
  await startAgain();
  expect((await send(bob, 'GET', `/files/${file}`)).status).toBe(403);
  expect((await send(alice, 'GET', `/files/${file}`)).status).toBe(200);
});

/** As if it had been made before makers were remembered. */
async function forgetMaker(file: string): Promise<void> {
  await startAgain(async () => {
    const { host, runtime } = stage;
    const store = createInPlaceStore(host, runtime.paths.stateFile);
    const row = await store.findBoundId(file);
    if (row === undefined) throw new Error('it was remembered');
    await store.close();
    const { DatabaseSync } = await import('node:sqlite');
    const raw = new DatabaseSync(runtime.paths.stateFile);
    raw.prepare('UPDATE bound_ids SET maker = NULL WHERE id = ?').run(file);
    raw.close();
  });
}

async function startAgain(between: () => Promise<void> = async () => undefined): Promise<void> {
  const { host, place } = stage;
  await stage.gateway.close();
  await stage.runtime.close();
  await between();
  const runtime = createRuntime({ host, store: 'in-place' });
  const callerKeys = createCallerKeys(host, place.path, () => undefined);
  const gateway = await startGateway({ runtime, key, adminKey, callerKeys });
  stage = { ...stage, runtime, gateway, stop: stopWith(stage, runtime, gateway) };
  ({ url } = gateway);
}

function stopWith(
  { stop }: KeyedGateway,
  runtime: KeyedGateway['runtime'],
  gateway: KeyedGateway['gateway'],
): () => Promise<void> {
  return async () => {
    await gateway.close();
    await runtime.close();
    await stop();
  };
}
