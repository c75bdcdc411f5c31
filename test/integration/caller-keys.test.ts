/**
 * Keys of single callers in a gateway that runs: what each may do, and that a revoked one is dead
 * with the next request.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addCallerKey,
  type CallerKey,
  hashKey,
  listCallerKeys,
  revokeCallerKey,
} from '../../src/gateway/caller-keys.ts';
import { noteRevoked } from '../../src/gateway/revoked-keys.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';

let stage: KeyedGateway;

beforeEach(async () => {
  stage = await startKeyedGateway(({ url }) => ({
    main: 'sim/sim/echo',
    auxiliary: { title_generation: { provider: 'sim', model: 'sim/plain' } },
    providers: { sim: { base_url: url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  }));
});
afterEach(() => stage.stop());

interface Said {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly id: string;
}

async function send(shown: string, path: string, body?: object): Promise<Said> {
  const response = await fetch(`${stage.gateway.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${shown}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { error = {} } = JSON.parse(await response.text());
  const { code, message } = error;
  return {
    status: response.status,
    code,
    message,
    id: response.headers.get('x-holdfast-request-id') ?? '',
  };
}

const ask = (shown: string, model = 'main'): Promise<Said> =>
  send(shown, '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hello' }] });

const add = (given: Partial<Omit<CallerKey, 'hash' | 'addedAt'>> = {}): Promise<string> =>
  addCallerKey(stage.place, { name: 'codex', scope: 'call', ...given });

describe('a text that is no key', () => {
  it.each([
    ['$(holdfast key)', /the text of a command, which no shell has run/],
    ['`holdfast key`', /the text of a command/],
    ['$HOLDFAST_KEY', /the name of a variable, which nothing has replaced/],
    ['%HOLDFAST_KEY%', /the name of a variable/],
    ['<YOUR_KEY>', /a placeholder/],
    ['your-api-key', /a placeholder/],
    ['Bearer hf_test', /the word Bearer twice/],
    ['"hf_test"', /in quotation marks/],
  ])('such as %s is told as what it is, and not quoted', async (text, kind) => {
    const { status, message } = await ask(text);
    expect([status, message]).toEqual([401, expect.stringMatching(kind)]);
    expect(message).not.toContain('hf_test');
  });
});

it.each([
  [{ authorization: 'hf_test' }, 'lacks the word Bearer before it'],
  [{ authorization: 'Basic aGY6aGZfdGVzdA==' }, 'it authorizes by Basic'],
  [{ authorization: 'Bearer ' }, 'what follows the word Bearer is empty'],
  [{ 'api-key': 'hf_test' }, 'it has 7 characters, and those that Holdfast makes have 35'],
  [{ 'api-key': `hf_${'x'.repeat(31)}é` }, 'its character 35 is one that no key'],
  [{ 'api-key': `hf_${'x'.repeat(32)}` }, 'it looks like one of the gateway of another home'],
  [{ authorization: 'Bearer ollama', 'x-api-key': 'hf_test' }, 'it has 7 characters'],
  [{}, 'carries no gateway key. To fix'],
])('a key that is not where it is looked for is told as that: %j', async (headers, told) => {
  const response = await fetch(`${stage.gateway.url}/v1/models`, { headers });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain(told);
});

it("a key is found beside another program's key, in whatever header it is", async () => {
  const others = { authorization: 'Bearer ollama', 'x-api-key': 'sk-test-another' };
  const shown = [
    { ...others, 'x-api-key': key },
    { ...others, authorization: `Bearer ${key}` },
    { 'x-api-key': 'sk-test-another', 'api-key': key },
    { 'x-api-key': 'sk-test-another', 'x-goog-api-key': key },
  ];
  for (const headers of shown)
    expect((await fetch(`${stage.gateway.url}/v1/models`, { headers })).status).toBe(200);
  const asked = await fetch(`${stage.gateway.url}/v1/models?key=${key}`, { headers: others });
  expect(asked.status).toBe(200);
});

it('a key is taken from the header that Azure uses', async () => {
  const response = await fetch(`${stage.gateway.url}/v1/models`, { headers: { 'api-key': key } });
  expect(response.status).toBe(200);
});

it('a file of keys that is broken blames no key', async () => {
  writeFileSync(stage.place.path, '{"version": 1,\n"keys": [],}\n');
  const { status, message } = await ask(`hf_${'x'.repeat(32)}`);
  expect(status).toBe(401);
  expect(message).toMatch(/cannot read its file of callers' keys.*the key may be good/);
  expect(() => listCallerKeys(stage.place)).toThrow(/is not JSON \(line 2\)/);
});

describe('a key of a caller', () => {
  it('works as soon as it is made, and no more once it is revoked', async () => {
    const made = await add();
    expect((await ask(made)).status).toBe(200);
    await revokeCallerKey(stage.place, 'codex');
    expect(await ask(made)).toMatchObject({ status: 401, code: 'gateway_key_wrong' });
    expect((await ask(key)).status).toBe(200);
  });

  it.each([
    ['pi', 'pi'],
    ['codex-web-2', 'codex'],
  ])('that `connect` made, and is revoked, is made again by it: %s', async (name, agent) => {
    const made = await add({ name, isShared: true });
    await revokeCallerKey(stage.place, name);
    const { message } = await ask(made);
    expect(message).toMatch(RegExp(`make another: .*holdfast.* connect ${agent} --write$`));
  });

  it('that is revoked is told so, whatever has its name now; one that never was is unknown', async () => {
    const first = await add();
    await revokeCallerKey(stage.place, 'codex');
    const second = await add();
    const revoked =
      /^the gateway key codex was revoked at \d{4}-.*make another: .*holdfast.* key add codex/;
    const unknown = /^this is not a key of this Holdfast gateway/;
    expect((await ask(first)).message).toMatch(revoked);
    expect((await send(first, '/admin/usage')).message).toMatch(revoked);
    expect((await ask(first)).message).toMatch(/use the key that has its name now, or .* codex-2/);
    expect((await ask(second)).status).toBe(200);
    expect((await ask(`${first}x`)).message).toMatch(unknown);
    const path = join(dirname(stage.place.path), 'revoked-keys.json');
    expect(readFileSync(path, 'utf8')).not.toContain(first.slice(3));
    for (let count = 0; count < 256; count += 1)
      noteRevoked(stage.place, { name: `old ${count}`, hash: hashKey(String(count)) });
    expect((await ask(first)).message).toMatch(unknown);
    writeFileSync(path, '{');
    expect((await ask(first)).message).toMatch(unknown);
    await revokeCallerKey(stage.place, 'codex');
    expect((await ask(second)).message).toMatch(revoked);
    expect((await ask(second)).message).not.toContain('codex-2');
  });

  it('with a budget makes no batch, unless it names them', async () => {
    const budget = { usd: 1, per: 'day' } as const;
    const batch = {
      input_file_id: 'file-none',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    };
    const limited = await add({ name: 'limited', budget });
    expect(await send(limited, '/v1/batches', batch)).toMatchObject({
      status: 403,
      code: 'key_not_allowed',
      message: expect.stringContaining('--tasks main,batches'),
    });
    expect((await send(limited, '/v1/batches')).status).toBe(200);
    const named = await add({ name: 'named', budget, tasks: ['main', 'batches'] });
    const free = await add({ name: 'free' });
    for (const allowed of [named, free])
      expect((await send(allowed, '/v1/batches', batch)).status).not.toBe(403);
  });

  it('is not what a client with the first key calls itself', async () => {
    const made = await add();
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'user-agent': 'codex/1.0',
    };
    const body = JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hello' }] });
    await (
      await fetch(`${stage.gateway.url}/v1/chat/completions`, { method: 'POST', headers, body })
    ).text();
    await ask(made);
    expect(stage.runtime.records().map(({ caller }) => caller)).toEqual([
      'codex (user-agent)',
      'codex',
    ]);
    const own = await fetch(`${stage.gateway.url}/admin/usage`, {
      headers: { authorization: `Bearer ${made}` },
    });
    expect(await own.json()).toMatchObject({ usage: [{ caller: 'codex', requests: 1 }] });
  });

  it('stands in the file as a hash only', async () => {
    const made = await add();
    expect(made).toMatch(/^hf_/);
    expect(stage.host.files.readText(stage.place.path)).not.toContain(made.slice(3));
    expect((stage.host.files.stamp(stage.place.path)?.mode ?? 0) & 0o777).toBe(0o600);
  });

  it('ends with its time, and the answer says so', async () => {
    const made = await add({ expiresAt: Date.parse('2026-01-01T00:00:00Z') });
    const said = await ask(made);
    expect(said).toMatchObject({ status: 401, code: 'gateway_key_wrong' });
    expect(said.message).toContain('the gateway key codex expired at 2026-01-01');
    expect(said.message).toContain('holdfast key add codex');
  });

  it.each([
    [
      '/v1/models',
      'see whose gateway this is (holdfast doctor), and with its home send the key that `holdfast key` prints',
    ],
    ['/metrics', 'send one of `holdfast key add NAME --scope metrics`'],
    ['/admin/snapshot', 'send the key in admin.key'],
  ])('that is none of ours is refused at %s with the key that opens it', async (path, says) => {
    const said = await send(`hf_${'n'.repeat(32)}`, path);
    expect(said).toMatchObject({ status: 401, code: 'gateway_key_wrong' });
    expect(said.message).toContain(says);
    expect(said.message).toContain('it looks like one of the gateway of another home');
  });

  it('asks only for the tasks that it was made for, under whatever name', async () => {
    const made = await add({ tasks: ['title_generation'] });
    expect((await ask(made, 'title_generation')).status).toBe(200);
    for (const model of ['main', 'sim/sim/echo']) {
      const said = await ask(made, model);
      expect(said).toMatchObject({ status: 403, code: 'key_not_allowed' });
      expect(said.message).toContain(
        `the gateway key codex may only ask for title_generation, and not for "${model}"`,
      );
    }
  });

  it.each([
    {
      holder: 'the first key',
      shown: () => key,
      path: '/admin/snapshot',
      says: /the first key .* may only ask models/,
    },
    {
      holder: 'a caller',
      shown: () => add(),
      path: '/admin/snapshot',
      says: /codex may only ask models \(scope call\)\. To fix: use the key in admin\.key/,
    },
    {
      holder: 'who reads metrics',
      shown: () => add({ scope: 'metrics' }),
      path: '/v1/models',
      says: /codex may only read metrics \(scope metrics\)\. To fix: use the key that `holdfast key` prints/,
    },
    {
      holder: 'the admin',
      shown: () => adminKey,
      path: '/v1/models',
      says: /the gateway key admin may only read and change/,
    },
  ])('of $holder is refused at $path with what it may do', async ({ shown, path, says }) => {
    const said = await send(await shown(), path);
    expect(said).toMatchObject({ status: 403, code: 'key_not_allowed' });
    expect(said.message).toMatch(says);
  });

  it('of scope admin opens the admin API', async () => {
    expect((await send(await add({ scope: 'admin' }), '/admin/snapshot')).status).toBe(200);
  });

  it('stays in force while the file cannot be used, which is said once', async () => {
    const made = await add();
    expect((await ask(made)).status).toBe(200);
    writeFileSync(stage.place.path, '{"version":1,"keys":[{"name":"x"}]}');
    expect((await ask(made)).status).toBe(200);
    expect((await ask(made)).status).toBe(200);
    expect(stage.faults).toHaveLength(1);
    expect(stage.faults[0]).toMatch(
      /caller-keys\.json is not a list of caller keys \(keys\.0\.hash/,
    );
    await expect(add({ name: 'other' })).rejects.toMatchObject({ code: 'config-invalid' });
  });
});

it('does not start with one key for callers and admin', async () => {
  await expect(startGateway({ runtime: stage.runtime, key, adminKey: key })).rejects.toMatchObject({
    code: 'config-invalid',
    message: 'the admin key is the same as the gateway key',
  });
});
