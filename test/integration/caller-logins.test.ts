/**
 * Callers' own logins at the gateway, over real sockets: who is let in, where a login is seen, and
 * that it is written nowhere (laws 2, 12 and 20).
 */

import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addCallerKey } from '../../src/gateway/caller-keys.ts';
import { bodyOf, createTestLogin, model } from '../fakes/login-callers.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';
import { SocketClient } from './websocket-client.ts';

const ourKey = `sk-test-ours-${Math.random().toString(36).slice(2)}${'o'.repeat(12)}`;

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A vendor's own server: it writes down what it is sent, and answers as `reply` says. */
async function startVendor() {
  const seen: Seen[] = [];
  const vendor = { seen, status: 200, url: '', close: async () => undefined as unknown };
  const server = createServer((asked, response) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      seen.push({ path: asked.url ?? '', headers: asked.headers, body: Buffer.concat(chunks) });
      const token = asked.headers.authorization ?? asked.headers['x-api-key'] ?? '';
      const said = vendor.status === 200 ? message : { error: { message: `${token} is no good` } };
      response.writeHead(vendor.status, { 'content-type': 'application/json', 'x-you': token });
      response.end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  vendor.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
  vendor.close = () => new Promise((resolve) => server.close(resolve));
  return vendor;
}

type Vendor = Awaited<ReturnType<typeof startVendor>>;

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text: 'from the plan' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 2 },
};

let vendor: Vendor;
/** Where a key of ours is good. */
let house: Vendor;
let gateway: KeyedGateway;
const local = { gateway: { port: 0, caller_login: 'local' } };

async function start(more: object = {}): Promise<void> {
  gateway = await startKeyedGateway(() => ({
    main: `anthropic/${model}`,
    fallback_chain: ['ours/plain'],
    gateway: { port: 0 },
    records: { content: true },
    providers: {
      anthropic: {
        base_url: vendor.url,
        protocol: 'anthropic-messages',
        credentials: [{ caller: true }],
      },
      ours: { base_url: house.url, protocol: 'anthropic-messages', api_key: ourKey },
    },
    ...more,
  }));
}

beforeEach(async () => {
  [vendor, house] = await Promise.all([startVendor(), startVendor()]);
});
afterEach(async () => {
  await gateway.stop();
  await Promise.all([vendor.close(), house.close()]);
});

interface Got {
  readonly status: number;
  readonly text: string;
}

/** Sent by hand: `fetch` writes headers of its own. */
function post(
  headers: Record<string, string>,
  path = '/v1/messages?beta=true',
  body: Buffer = bodyOf(),
): Promise<Got> {
  const { port } = gateway.gateway;
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      { port, host: '127.0.0.1', path, method: 'POST', headers: { ...type, ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

const type = { 'content-type': 'application/json' };
const spent = (): number => house.seen.length;

describe('the gateway key beside a login', () => {
  it.each(['authorization', 'x-api-key'])('lets a login in %s through', async (name) => {
    await start();
    const login = createTestLogin('beside');
    const value = name === 'authorization' ? `Bearer ${login}` : login;
    const got = await post({ [name]: value, 'x-holdfast-key': key });
    expect(got.text).toContain('from the plan');
    expect(vendor.seen[0]?.headers[name]).toBe(value);
    expect(JSON.stringify(vendor.seen[0]?.headers)).not.toContain(key);
    expect(vendor.seen[0]?.path).toBe('/v1/messages?beta=true');
    expect(vendor.seen[0]?.body.equals(bodyOf())).toBe(true);
  });

  it.each([
    ['zstd', zstdCompressSync],
    ['gzip', gzipSync],
    ['gzip, br', (body: Buffer) => brotliCompressSync(gzipSync(body))],
  ])('sends a body packed as %s as it came, and unpacked to others', async (encoding, pack) => {
    await start();
    const packed = pack(bodyOf());
    const headers = { 'x-holdfast-key': key, 'content-encoding': encoding };
    const bearer = { authorization: `Bearer ${createTestLogin('packed')}` };
    expect((await post({ ...headers, ...bearer }, undefined, packed)).status).toBe(200);
    expect(vendor.seen[0]?.headers['content-encoding']).toBe(encoding);
    expect(vendor.seen[0]?.body.equals(packed)).toBe(true);
    vendor.status = 429;
    expect((await post({ ...headers, ...bearer }, undefined, packed)).status).toBe(200);
    expect(house.seen[0]?.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(String(house.seen[0]?.body)).messages).toEqual(
      JSON.parse(String(bodyOf())).messages,
    );
    vendor.status = 200;
    const named = pack(bodyOf({ model: 'main' }));
    const other = { authorization: `Bearer ${createTestLogin('named')}` };
    expect((await post({ ...headers, ...other }, undefined, named)).status).toBe(200);
    expect(vendor.seen.at(-1)?.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(String(vendor.seen.at(-1)?.body)).model).toBe(model);
  });

  it('is a gateway key like any other where no login came', async () => {
    await start();
    expect((await post({ 'x-holdfast-key': key })).status).toBe(200);
    expect((await post({ authorization: `Bearer ${key}`, 'x-holdfast-key': key })).status).toBe(
      200,
    );
    expect((await post({ authorization: `Bearer ${key}` })).status).toBe(200);
    expect(vendor.seen).toEqual([]);
    expect(spent()).toBe(3);
  });
});

describe('nothing of ours is spent, and nobody sees a login,', () => {
  const login = createTestLogin('attacker');
  const bearer = { authorization: `Bearer ${login}` };
  const both = { ...bearer, 'x-holdfast-key': key };

  it.each([
    ['no key and no login', {}, 401, {}],
    ['a login without a key, as it is by default', bearer, 401, {}],
    ['a wrong key beside a login', { ...bearer, 'x-holdfast-key': 'hf_wrong' }, 401, {}],
    ['an empty key beside a login', { ...bearer, 'x-holdfast-key': '' }, 401, {}],
    ['the admin key beside a login', { ...bearer, 'x-holdfast-key': adminKey }, 403, {}],
    [
      'a wrong key, where logins are let in',
      { ...bearer, 'x-holdfast-key': 'hf_wrong' },
      401,
      local,
    ],
    ['a key of another gateway', { authorization: `Bearer hf_${'z'.repeat(32)}` }, 401, local],
    ['no login, where logins are let in', {}, 401, local],
    ['a login in another header', { 'x-goog-api-key': login }, 401, local],
    ['a login in no known scheme', { authorization: `Basic ${login}` }, 401, local],
    ['a forwarded request', { ...bearer, 'x-forwarded-for': '10.0.0.1' }, 403, local],
    ['a request of a proxy', { ...bearer, forwarded: 'for=10.0.0.1' }, 403, local],
    ['a request via a proxy', { ...bearer, via: '1.1 nginx' }, 403, local],
    ['the real ip of a proxy', { ...bearer, 'x-real-ip': '10.0.0.1' }, 403, local],
    ['a foreign host', { ...bearer, host: 'evil.test' }, 403, local],
    ['a foreign host with a key', { ...both, host: 'evil.test' }, 403, {}],
    ['a page of a foreign origin', { ...bearer, origin: 'https://evil.test' }, 403, local],
  ])('by %s', async (_name, headers, status, more) => {
    await start(more);
    expect((await post(headers)).status).toBe(status);
    expect(vendor.seen).toEqual([]);
    expect(spent()).toBe(0);
  });

  it('by a false login without a key, however often it comes', async () => {
    await start(local);
    vendor.status = 401;
    for (let times = 0; times < 4; times++) {
      const got = await post(bearer);
      expect(got.status).toBe(401);
      expect(got.text).toContain('is no good');
    }
    vendor.status = 500;
    expect((await post(bearer)).status).toBe(500);
    vendor.status = 429;
    expect((await post(bearer)).status).toBe(429);
    expect(spent()).toBe(0);
  });

  it.each(['main', 'ours/plain', 'compression'])('by one that names %s', async (name) => {
    await start(local);
    const { port } = gateway.gateway;
    const got = await fetch(`http://127.0.0.1:${port}/v1/messages`, {
      method: 'POST',
      headers: { ...type, ...bearer },
      body: new Uint8Array(bodyOf({ model: name })),
    });
    expect(await got.text()).toContain('from the plan');
    expect(spent()).toBe(0);
  });

  it('by one that asks for anything else', async () => {
    await start(local);
    const paths = ['/v1/models', '/admin/health', '/metrics', '/v1/files', '/v1/responses/compact'];
    for (const path of paths) expect((await post(bearer, path)).status).toBe(401);
    expect(vendor.seen).toEqual([]);
    expect(spent()).toBe(0);
  });
});

describe('a login over a WebSocket', () => {
  it.each([
    ['beside the key', { 'x-holdfast-key': key }, {}],
    ['without a key', {}, local],
  ])('%s goes to its vendor alone, as over HTTP', async (_name, headers, more) => {
    const chatgpt = { base_url: vendor.url, protocol: 'openai-responses' };
    const providers = { chatgpt: { ...chatgpt, credentials: [{ caller: true }] } };
    await start({ main: 'chatgpt/gpt-5.5', fallback_chain: [], providers, ...more });
    const login = createTestLogin('socket').replace('sk-ant-oat01', 'eyJhbGciOi');
    const { port } = gateway.gateway;
    const client = new SocketClient(`ws://127.0.0.1:${port}/v1/responses`, {
      ...headers,
      authorization: `Bearer ${login}`,
      'chatgpt-account-id': 'account',
      originator: 'codex_exec',
    });
    await once(client.socket, 'open');
    client.send({ type: 'response.create', model: 'gpt-5.5', input: 'hello' });
    await client.answer();
    client.socket.close();
    await client.closed;
    expect(vendor.seen).toHaveLength(1);
    expect(vendor.seen[0]?.path).toBe('/v1/responses');
    expect(vendor.seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${login}`,
      'chatgpt-account-id': 'account',
      originator: 'codex_exec',
    });
    const names = Object.keys(vendor.seen[0]?.headers ?? {});
    expect(names.filter((name) => /^(sec-|x-holdfast-|upgrade)/.test(name))).toEqual([]);
    expect(spent()).toBe(0);
  });
});

/** Every file of a folder, with its text. */
function readAll(folder: string): readonly [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')]);
}

describe('forty requests of two people at once', () => {
  it('leave their logins with their vendor alone, and in nothing that is written', async () => {
    await start();
    const people = await Promise.all(
      ['ada', 'bob'].map(async (name) => {
        const own = await addCallerKey(gateway.place, { name, scope: 'call' });
        return { own, login: createTestLogin(name), id: `person-${name}` };
      }),
    );
    for (const status of [200, 401, 429, 500]) {
      vendor.status = status;
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => {
          const { own, login, id } = people[index % 2] as (typeof people)[number];
          const headers = { 'x-holdfast-key': own, 'x-person': id };
          return post({ ...headers, authorization: `Bearer ${login}` });
        }),
      );
    }
    for (const { login, id } of people) {
      const own = vendor.seen.filter(({ headers }) => headers['x-person'] === id);
      expect(own.length).toBeGreaterThan(0);
      for (const { headers } of own) expect(headers.authorization).toBe(`Bearer ${login}`);
    }
    const { url } = gateway.gateway;
    const admin = await Promise.all(
      ['health', 'snapshot', 'records', 'log', 'metrics'].map(async (what) => {
        const path = what === 'metrics' ? '/metrics' : `/admin/${what}`;
        const got = await fetch(`${url}${path}`, {
          headers: { authorization: `Bearer ${adminKey}` },
        });
        return got.text();
      }),
    );
    const told = JSON.stringify([admin, gateway.runtime.records(), house.seen, gateway.faults]);
    await gateway.runtime.close();
    const written = readAll(gateway.home);
    expect(written.length).toBeGreaterThan(1);
    for (const { login } of people) {
      const parts = [login, login.slice(0, 24), Buffer.from(login).toString('base64').slice(0, 30)];
      for (const part of parts) {
        expect(told).not.toContain(part);
        for (const [path, text] of written) expect(text.includes(part), path).toBe(false);
      }
    }
  });
});
