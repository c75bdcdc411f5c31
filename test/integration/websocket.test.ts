/** Responses over WebSocket, over real sockets, in front of the simulated provider. */

import OpenAI from 'openai';
import type { Response } from 'openai/resources/responses/responses';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addCallerKey, revokeCallerKey } from '../../src/gateway/caller-keys.ts';
import { type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';
import { openSocket, type SocketClient, type SocketEvent, textOf } from './websocket-client.ts';

let stage: KeyedGateway;
const open: SocketClient[] = [];

beforeEach(async () => {
  stage = await startKeyedGateway(({ url }) => {
    const one = { base_url: url, api_key: 'sk-sim-good', pace: 'quick' };
    const spare = { ...one, base_url: url.replace('127.0.0.1', 'localhost') };
    return {
      main: 'sim/sim/echo',
      auxiliary: {
        twice: {
          provider: 'sim',
          model: 'sim/status-500',
          fallback_chain: [{ provider: 'claude', model: 'sim/echo' }],
        },
        broken: {
          provider: 'sim',
          model: 'sim/cut-after-40',
          fallback_chain: [{ provider: 'chat', model: 'sim/echo' }],
        },
      },
      providers: {
        sim: { ...one, protocol: 'openai-responses' },
        chat: { ...spare, protocol: 'openai-chat' },
        claude: { ...spare, protocol: 'anthropic-messages' },
        own: { base_url: url, protocol: 'openai-responses', credentials: [{ caller: true }] },
      },
      gateway: { port: 0 },
    };
  });
});
afterEach(async () => {
  for (const client of open.splice(0)) client.socket.terminate();
  await stage.stop();
});

async function connect(shown = key, path = '/v1/responses'): Promise<SocketClient> {
  const client = await openSocket(`${stage.gateway.url}${path}`, shown);
  open.push(client);
  return client;
}

const lastOf = (events: readonly SocketEvent[]) => events.at(-1);
const idOf = (events: readonly SocketEvent[]) => lastOf(events)?.response?.id;
const weather = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('an answer', () => {
  it.each(['/v1/responses', '/responses', '/v1/responses/', '/v1/responses?beta=true'])(
    'at %s is the events of the stream, as messages',
    async (path) => {
      const client = await connect(key, path);
      for (const input of ['good morning', [{ role: 'user', content: 'good evening' }]]) {
        const events = await client.ask({ input });
        expect(textOf(events)).toMatch(/good (morning|evening)/);
        expect(events[0]?.type).toBe('response.created');
        expect(lastOf(events)?.response?.status).toBe('completed');
      }
    },
  );

  it.each(['sim', 'chat', 'claude'])('calls tools and takes their results at %s', async (at) => {
    const client = await connect();
    const first = await client.ask({ model: `${at}/sim/tools`, store: false, tools: [weather] });
    const call = lastOf(first)?.response?.output.find(({ type }) => type === 'function_call');
    const { call_id } = call ?? {};
    const second = await client.ask({
      model: `${at}/sim/echo`,
      store: false,
      previous_response_id: idOf(first),
      input: [{ type: 'function_call_output', call_id, output: 'rain' }],
    });
    expect(lastOf(second)).toMatchObject({ type: 'response.completed' });
    expect(idOf(second)).not.toBe(idOf(first));
  });

  it('that breaks is continued in the same connection', async () => {
    const client = await connect();
    const first = await client.ask({ model: 'broken', store: false, input: 'count to 60' });
    expect(textOf(first)).toMatch(/ ~59\/60 ~60\/60$/);
    expect(first.filter(({ type }) => type === 'response.created')).toHaveLength(1);
    expect(lastOf(first)?.type).toBe('response.completed');
    expect(stage.sim.log().length).toBeGreaterThan(1);
    const previous = idOf(first);
    const next = await client.ask({ store: false, previous_response_id: previous, input: 'five' });
    expect(lastOf(next)?.type).toBe('response.completed');
    expect(stage.sim.log().at(-1)?.body).toContain('~59/60 ~60/60');
  });

  it('comes from the next target, though it speaks another protocol', async () => {
    const client = await connect();
    const events = await client.ask({ model: 'twice' });
    expect(textOf(events)).toContain('hello there');
    const paths = stage.sim.log().map(({ path }) => path);
    expect([paths[0], paths.at(-1)]).toEqual(['/v1/responses', '/v1/messages']);
  });

  it('is asked with the login of its caller, where the key came beside it', async () => {
    const login = 'Bearer sk-sim-good+person';
    await fetch(`${stage.sim.url}/models`, { headers: { authorization: login } });
    const headers = { authorization: login, 'x-holdfast-key': key };
    const client = await openSocket(`${stage.gateway.url}/v1/responses`, '', headers);
    open.push(client);
    const body = { model: 'own/sim/echo', store: false };
    const first = await client.ask(body);
    const second = await client.ask({ ...body, previous_response_id: idOf(first) });
    expect(lastOf(second)?.type).toBe('response.completed');
    const keys = stage.sim.log().map(({ keyFingerprint }) => keyFingerprint);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  });

  it('is one request in the records, with its caller', async () => {
    const made = await addCallerKey(stage.place, { name: 'codex', scope: 'call' });
    const client = await connect(made);
    await client.ask();
    await client.ask();
    const records = await stage.runtime.records();
    expect(records.map(({ caller, outcome }) => [caller, outcome])).toEqual([
      ['codex', 'answered'],
      ['codex', 'answered'],
    ]);
  });
});

it.each(['sim', 'chat', 'claude'])(
  'the SDK of OpenAI goes on from its response at %s',
  async (at) => {
    const client = new OpenAI({ baseURL: `${stage.gateway.url}/v1`, apiKey: key });
    const socket = new ResponsesWS(client);
    const events = socket.stream();
    const ask = async (input: string, previous?: string): Promise<Response> => {
      const more = previous === undefined ? {} : { previous_response_id: previous };
      const model = `${at}/sim/echo`;
      socket.send({ type: 'response.create', model, store: false, input, ...more });
      for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) }) {
        if (event.type === 'error') throw event.error;
        if (event.type !== 'message') continue;
        if (event.message.type === 'response.completed') return event.message.response;
      }
      throw new Error('the connection ended');
    };
    const first = await ask('the word is heliotrope');
    const second = await ask('and then', first.id);
    expect(second.status).toBe('completed');
    expect(stage.sim.log().at(-1)?.body).toContain('heliotrope');
    await expect(ask('what was it', first.id)).rejects.toThrow('not found');
    socket.close();
  },
);

describe('an error', () => {
  it.each([
    [{ model: 'sim/sim/context-overflow' }, 400, 'context_length_exceeded'],
    [{ model: 'nobody/knows' }, 404, 'model_unknown'],
    [{ model: 3 }, 400, 'request_invalid'],
    [{ input: undefined, model: 'sim/sim/status-418' }, 400, undefined],
  ])(
    'of %o is a message with its status and code, and the connection goes on',
    async (body, status, code) => {
      const client = await connect();
      const said = lastOf(await client.ask(body));
      expect(said).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
      if (code !== undefined) expect([said?.status, said?.error?.code]).toEqual([status, code]);
      expect(said?.headers?.['x-holdfast-request-id']).toMatch(/^hfr_/);
      expect(lastOf(await client.ask())?.type).toBe('response.completed');
    },
  );

  it.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['nothing', ''],
    ['no type', {}],
    ['another type', { type: 'response.cancel' }],
    ['a lane without a name', { type: 'response.create', stream_id: '' }],
    ['a lane that is a number', { type: 'response.create', stream_id: 3 }],
    ['a deep message', `{"type":${'['.repeat(2000)}`],
  ])('answers %s, and the connection goes on', async (_name, message) => {
    const client = await connect();
    client.send(message);
    expect(lastOf(await client.answer())).toMatchObject({
      type: 'error',
      status: 400,
      error: { type: 'invalid_request_error', code: 'request_invalid' },
    });
    expect(lastOf(await client.ask())?.type).toBe('response.completed');
  });

  it('says nothing to what wants no answer', async () => {
    const client = await connect();
    client.send({ type: 'response.processed', response_id: 'resp_1' });
    expect(textOf(await client.ask())).toContain('hello there');
  });
});

describe('several messages', () => {
  it('are answered one after the other, each in its lane', async () => {
    const client = await connect();
    for (const [lane, input] of [
      ['a', 'first'],
      ['b', 'second'],
      [undefined, 'third'],
    ])
      client.send({ type: 'response.create', model: 'main', stream_id: lane, input });
    for (const [lane, input] of [
      ['a', 'first'],
      ['b', 'second'],
      [undefined, 'third'],
    ]) {
      const events = await client.answer();
      expect(textOf(events)).toContain(input);
      expect(new Set(events.map(({ stream_id }) => stream_id))).toEqual(new Set([lane]));
    }
    const times = stage.sim.log();
    expect(times).toHaveLength(3);
  });

  it('more than 16 do not wait', async () => {
    const client = await connect();
    client.send({ type: 'response.create', model: 'sim/sim/silent', input: 'x' });
    for (let count = 0; count < 17; count++)
      client.send({ type: 'response.create', model: 'main', input: 'x' });
    expect(lastOf(await client.answer())).toMatchObject({ status: 429, error: { code: 'busy' } });
  });

  it('may come in pieces', async () => {
    const client = await connect();
    const text = JSON.stringify({ type: 'response.create', model: 'main', input: 'häppchen' });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7)
      client.socket.send(bytes.subarray(at, at + 7), {
        binary: false,
        fin: at + 7 >= bytes.length,
      });
    expect(textOf(await client.answer())).toContain('häppchen');
  });
});

describe('a response named by previous_response_id', () => {
  const secret = 'the word is heliotrope';

  it.each(['sim', 'chat', 'claude'])('is kept here where %s keeps nothing', async (at) => {
    const client = await connect();
    const body = { model: `${at}/sim/echo`, store: false };
    let previous: string | undefined;
    const sizes: number[] = [];
    for (const input of [secret, 'and then', 'what was it']) {
      const events = await client.ask({ ...body, input, previous_response_id: previous });
      expect(lastOf(events)?.type).toBe('response.completed');
      previous = idOf(events);
      sizes.push(Number(stage.sim.log().at(-1)?.body?.length));
      expect(stage.sim.log().at(-1)?.body).toContain(secret);
    }
    expect(sizes).toEqual(sizes.toSorted((one, other) => one - other));
  });

  it('is named to the provider that keeps it', async () => {
    const client = await connect();
    const first = await client.ask({ input: secret });
    expect(lastOf(first)?.response?.store).toBe(true);
    const second = await client.ask({ input: 'more', previous_response_id: idOf(first) });
    expect(lastOf(second)?.type).toBe('response.completed');
    expect(stage.sim.log().at(-1)?.body).toContain(`"previous_response_id":"${idOf(first)}"`);
    expect(stage.sim.log().at(-1)?.body).not.toContain(secret);
  });

  it.each([
    [
      'an older one',
      async (client: SocketClient) => {
        const first = await client.ask({ store: false });
        await client.ask({ store: false });
        return idOf(first);
      },
    ],
    ['one of another connection', async () => idOf(await (await connect()).ask({ store: false }))],
    ['an invented one', async () => 'resp_invented'],
    [
      'one that failed',
      async (client: SocketClient) => {
        const [first] = await client.ask({ store: false, model: 'claude/sim/error-in-stream' });
        return first?.response?.id ?? 'resp_none';
      },
    ],
  ])('is not found if it is %s', async (_name, find) => {
    const client = await connect();
    const previous = await find(client);
    const before = stage.sim.log().length;
    const events = await client.ask({
      store: false,
      previous_response_id: previous,
      stream_id: 'x',
    });
    expect(events).toEqual([
      {
        type: 'error',
        status: 400,
        stream_id: 'x',
        error: {
          type: 'invalid_request_error',
          code: 'previous_response_not_found',
          message: `Previous response with id '${previous}' not found.`,
          param: 'previous_response_id',
        },
      },
    ]);
    expect(stage.sim.log()).toHaveLength(before);
  });

  it('stays through an error, until the next response', async () => {
    const client = await connect();
    const first = await client.ask({ store: false, input: secret });
    const more = { store: false, previous_response_id: idOf(first) };
    expect(lastOf(await client.ask({ ...more, model: 'sim/sim/context-overflow' }))?.type).toBe(
      'error',
    );
    expect(lastOf(await client.ask({ ...more, input: 'one' }))?.type).toBe('response.completed');
    expect(lastOf(await client.ask({ ...more, input: 'two' }))?.status).toBe(400);
  });

  it('may be a warm-up, which asks nobody', async () => {
    const client = await connect();
    const events = await client.ask({
      generate: false,
      input: [{ role: 'user', content: secret }],
    });
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.completed']);
    expect(lastOf(events)?.response).toMatchObject({
      status: 'completed',
      output: [],
      model: 'main',
    });
    expect(stage.sim.log()).toEqual([]);
    const next = await client.ask({ input: [], previous_response_id: idOf(events) });
    expect(textOf(next)).toContain(secret);
    const last = stage.sim.log().at(-1)?.body ?? '{}';
    expect(JSON.parse(last)).toEqual({
      model: 'sim/echo',
      stream: true,
      input: [{ role: 'user', content: secret }],
    });
  });
});

describe('a connection', () => {
  it('that is closed ends its request', async () => {
    const client = await connect();
    client.send({ type: 'response.create', model: 'sim/sim/stall-after-3', input: 'a b c d e f' });
    await client.hear(6);
    client.socket.close();
    await client.closed;
    await expect.poll(() => stage.gateway.inflight()).toBe(0);
    await expect.poll(() => stage.sim.log()[0]?.hungUpAtMs).toBeGreaterThan(0);
  });

  it('whose key is revoked hears so, and ends', async () => {
    const made = await addCallerKey(stage.place, { name: 'codex', scope: 'call' });
    const client = await connect(made);
    await client.ask();
    await revokeCallerKey(stage.place, 'codex');
    expect(lastOf(await client.ask())).toMatchObject({
      type: 'error',
      status: 401,
      error: { code: 'gateway_key_wrong' },
    });
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(stage.sim.log()).toHaveLength(1);
  });

  it('ends when the gateway goes down, after its answer', async () => {
    const [idle, busy] = [await connect(), await connect()];
    busy.send({ type: 'response.create', model: 'sim/sim/pace-20ms', input: 'a b c d e f g h' });
    await busy.hear(3);
    const closing = stage.gateway.close();
    busy.send({ type: 'response.create', model: 'main', input: 'too late' });
    expect((await idle.closed).code).toBe(1001);
    expect(lastOf(await busy.answer())?.type).toBe('response.completed');
    expect((await busy.closed).code).toBe(1001);
    await closing;
    expect(stage.sim.log()).toHaveLength(1);
  });

  it('is told in band when the gateway ends its answer', async () => {
    const client = await connect();
    client.send({ type: 'response.create', model: 'sim/sim/stall-after-3', input: 'a b c d e' });
    await client.hear(5);
    const closing = stage.gateway.close();
    stage.gateway.abort();
    const events = await client.answer();
    expect(JSON.stringify(lastOf(events))).toContain('going down');
    expect((await client.closed).code).toBe(1001);
    await closing;
  });

  it('does not take binary messages', async () => {
    const client = await connect();
    client.socket.send(Buffer.from('{}'), { binary: true });
    expect(await client.closed).toMatchObject({ code: 1003 });
  });
});
