/**
 * The admin API over real sockets: every answer as its own description has it, no secret in any,
 * and bad input one clear error.
 */

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ErrorAnswer, LogsAnswer, Plan } from '../../src/gateway/admin/answers.ts';
import { addCallerKey, revokeCallerKey } from '../../src/gateway/caller-keys.ts';
import type { SimulatedProvider } from '../../src/sim/index.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';

let stage: KeyedGateway;
/** The key of the caller `codex`. */
let codex: string;
let description: Description;
let lastId: string;

interface Description {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
  readonly components: { readonly schemas: Record<string, object> };
}

const configFor = (sim: SimulatedProvider, extra: object = {}): object => ({
  main: 'sim/sim/echo',
  fallback_chain: ['sim/sim/plain'],
  providers: {
    sim: {
      base_url: sim.url,
      protocol: 'openai-chat',
      credentials: [
        { label: 'dead', api_key: 'sk-sim-broke' },
        { label: 'good', api_key: 'sk-sim-good' },
      ],
    },
  },
  gateway: { port: 0 },
  ...extra,
});

beforeAll(async () => {
  stage = await startKeyedGateway(configFor);
  codex = await addCallerKey(stage.place, { name: 'codex', scope: 'call' });
  await ask(key);
  lastId = (await ask(codex)).headers.get('x-holdfast-request-id') ?? '';
  description = await readJson(get('/admin/openapi.json'));
});
afterAll(() => stage.stop());

function ask(shown: string): Promise<Response> {
  return fetch(`${stage.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${shown}`,
      'content-type': 'application/json',
      'user-agent': 'tester/1.0',
    },
    body: JSON.stringify({
      model: 'main',
      messages: [{ role: 'user', content: 'the words of somebody' }],
    }),
  });
}

function get(path: string, shown = adminKey, more: RequestInit = {}): Promise<Response> {
  return fetch(`${stage.gateway.url}${path}`, {
    headers: { authorization: `Bearer ${shown}` },
    ...more,
  });
}

const post = (path: string, body?: string): Promise<Response> =>
  get(path, adminKey, {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    headers: { authorization: `Bearer ${adminKey}` },
  });

/** What the description says of an answer, as something that judges one. */
function schemaOf(path: string, method: string): z.ZodType {
  const { schema } =
    description.paths[path]?.[method]?.responses['200']?.content['application/json'] ?? {};
  const whole = { ...schema, $defs: description.components.schemas };
  return z.fromJSONSchema(
    JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')),
  );
}

async function readJson(response: Promise<Response>): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await (await response).text());
}

async function codeOf(response: Promise<Response>): Promise<string> {
  const { status } = await response;
  const { error }: ErrorAnswer = await readJson(response);
  expect(error.message).toContain('To fix: ');
  return `${status} ${error.code} ${error.message}`;
}

describe('an answer of the admin API', () => {
  it.each([
    ['/admin/snapshot', 'get', (): string => '/admin/snapshot'],
    ['/admin/records', 'get', (): string => '/admin/records?limit=10'],
    ['/admin/records/{id}', 'get', (): string => `/admin/records/${lastId}`],
    ['/admin/usage', 'get', (): string => '/admin/usage'],
    ['/admin/logs', 'get', (): string => '/admin/logs?errors=false&limit=5'],
    ['/admin/plan', 'get', (): string => '/admin/plan'],
    ['/admin/plan/{name}', 'get', (): string => '/admin/plan/main'],
    ['/admin/health', 'get', (): string => '/admin/health'],
    ['/admin/reset', 'post', (): string => '/admin/reset'],
    ['/admin/reload', 'post', (): string => '/admin/reload'],
  ] as const)(
    '%s (%s) is as its description says, and holds no secret',
    async (path, method, url) => {
      const response = method === 'post' ? await post(url()) : await get(url());
      const text = await response.text();
      expect(response.status).toBe(200);
      const judged = schemaOf(path, method).safeParse(JSON.parse(text));
      expect(judged.error?.issues ?? []).toEqual([]);
      for (const secret of [
        'sk-sim-broke',
        'sk-sim-good',
        key,
        adminKey,
        codex,
        'the words of somebody',
      ])
        expect(text).not.toContain(secret);
    },
  );

  it('is judged strictly by the description: what is not in it is found', async () => {
    const health = await readJson(get('/admin/health'));
    expect(schemaOf('/admin/health', 'get').safeParse({ ...health, more: 1 }).success).toBe(false);
  });

  it('has a description of every path that it serves', async () => {
    const said = await codeOf(get('/admin/nothing'));
    const served = [...said.matchAll(/\/admin\/[a-z.]+/g)].map(([path]) => path).slice(1);
    expect(
      new Set(Object.keys(description.paths).map((path) => path.replace(/\/\{.*/, ''))),
    ).toEqual(new Set(served));
  });

  it('names every target of a task in its plan', async () => {
    const plan: Plan = await readJson(get('/admin/plan'));
    const ids = plan.routes.map(({ task, targets }) => [task, ...targets.map(({ id }) => id)]);
    expect(ids).toEqual([['main', 'sim/sim/echo', 'sim/sim/plain']]);
  });

  it('tells who asked, who was rescued and what is held back', async () => {
    const snapshot = await readJson(get('/admin/snapshot'));
    expect(snapshot.callers.map(({ name }: { name: string }) => name).sort()).toEqual([
      'codex',
      'tester (user-agent)',
    ]);
    expect(snapshot.recent).toMatchObject([
      { id: expect.any(String), outcome: 'answered' },
      { outcome: 'answered' },
    ]);
    expect(snapshot.verdict.state).not.toBe('broken');
    expect(snapshot.live).toEqual([]);
  });
});

describe('the log in files', () => {
  const line = (request: string, level: string): string =>
    JSON.stringify({
      at: '2026-05-29T09:12:00.000Z',
      level,
      event: 'failed',
      request,
      text: `it was ${request}`,
    });

  it('is read by what is asked, over the API and by `holdfast logs --gateway`', async () => {
    const { host, runtime, gateway } = stage;
    const path = `${runtime.paths.logFolder}/holdfast-2026-05-29.jsonl`;
    await host.files.append(path, `${line('hfr_1', 'error')}\n${line('hfr_2', 'info')}\n`);
    const requestsOf = async (query: string): Promise<readonly string[]> => {
      const { lines }: LogsAnswer = await readJson(get(`/admin/logs?${query}`));
      return lines.map(({ request = '' }) => request);
    };
    expect(await requestsOf('errors=true')).toEqual(['hfr_1']);
    expect(await requestsOf('request=hfr_2')).toEqual(['hfr_2']);
    const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
    const run = (...more: readonly string[]): Promise<{ readonly stdout: string }> => {
      const env = {
        PATH: process.env['PATH'],
        HOLDFAST_HOME: '/nowhere',
        HOLDFAST_ADMIN_KEY: adminKey,
      };
      const argv = [launcher, 'logs', '--gateway', gateway.url, ...more];
      return promisify(execFile)(process.execPath, argv, { env });
    };
    expect((await run('--errors')).stdout).toMatch(
      /^29 May .* failed.*: it was hfr_1 \[hfr_1\]\n$/,
    );
    await expect(run('--request', 'hfr_9')).rejects.toMatchObject({ code: 2 });
  });
});

describe('a caller', () => {
  it('reads its own records and sums, and nobody else’s', async () => {
    const { records } = await readJson(get('/admin/records', codex));
    expect(records.map(({ caller }: { caller: string }) => caller)).toEqual(['codex']);
    expect((await get(`/admin/records/${lastId}`, codex)).status).toBe(200);
    const all = (await readJson(get('/admin/records'))).records;
    const other = all.find(({ caller }: { caller: string }) => caller !== 'codex');
    expect((await get(`/admin/records/${other.id}`, codex)).status).toBe(404);
    const { usage } = await readJson(get('/admin/usage', codex));
    expect(usage.every(({ caller }: { caller: string }) => caller === 'codex')).toBe(true);
    expect(await codeOf(get('/admin/records?caller=tester', codex))).toMatch(
      /^403 key_not_allowed .*codex may read its own/,
    );
    expect(await codeOf(get('/admin/snapshot', codex))).toMatch(/^403 key_not_allowed/);
    expect(await codeOf(get('/admin/records', key))).toMatch(
      /^403 key_not_allowed .*the first key/,
    );
  });
});

describe('bad input', () => {
  it.each([
    [
      'an unknown path',
      () => get('/admin/snapshots'),
      /^404 route_unknown there is no route .*\/admin\/snapshot/,
    ],
    ['a path below one that takes none', () => get('/admin/health/x'), /^404 route_unknown/],
    ['the bare root', () => get('/admin'), /^404 route_unknown/],
    ['a broken escape', () => get('/admin/plan/%'), /^404 route_unknown/],
    ['a wrong method', () => post('/admin/snapshot'), /^405 method_not_allowed .*use GET/],
    ['a change by GET', () => get('/admin/reset'), /^405 method_not_allowed .*use POST/],
    [
      'an unknown name',
      () => get('/admin/records?tasks=main'),
      /^400 request_invalid .*tasks.*did you mean task\?/,
    ],
    [
      'a name twice',
      () => get('/admin/records?task=a&task=b'),
      /^400 request_invalid .*task more than once/,
    ],
    [
      'a limit of 0',
      () => get('/admin/records?limit=0'),
      /^400 request_invalid limit in the query/,
    ],
    [
      'a limit that is no number',
      () => get('/admin/records?limit=many'),
      /^400 request_invalid limit/,
    ],
    ['a limit beyond all', () => get('/admin/records?limit=1001'), /^400 request_invalid limit/],
    [
      'a time in words',
      () => get('/admin/usage?since=soon'),
      /^400 request_invalid since .*epoch milliseconds/,
    ],
    ['an unknown kind', () => get('/admin/records?kind=bad'), /^400 request_invalid kind/],
    [
      'an unknown record',
      () => get('/admin/records/hfr_none'),
      /^404 request_invalid no request hfr_none is recorded in this gateway/,
    ],
    ['a plan of nothing', () => get('/admin/plan/nothing'), /^404 /],
    [
      'an order that is no JSON',
      () => post('/admin/reset', 'name=sim'),
      /^400 request_invalid the body cannot be used/,
    ],
    [
      'an order with an unknown field',
      () => post('/admin/reset', '{"nam":"sim"}'),
      /^400 request_invalid .*nam/,
    ],
    [
      'an order for nobody',
      () => post('/admin/reset', '{"name":"nobody"}'),
      /^404 request_invalid/,
    ],
    [
      'an order without end',
      () => post('/admin/reset', `{"name":"${'x'.repeat(20_000)}"}`),
      /^400 request_invalid .*16 kB/,
    ],
    ['no key', () => fetch(`${stage.gateway.url}/admin/snapshot`), /^401 gateway_key_wrong/],
  ])('%s is one clear error', async (_name, send, said) => {
    expect(await codeOf(send())).toMatch(said);
  });
});

describe('an order', () => {
  it('ends what holds a provider back', async () => {
    await ask(key);
    const dry = await readJson(post('/admin/reset', '{"name":"sim","dryRun":true}'));
    const done = await readJson(post('/admin/reset', '{"name":"sim"}'));
    expect(done.ended).toHaveLength(dry.ended.length);
    const again = await readJson(post('/admin/reset', '{"name":"sim"}'));
    expect(again.ended).toEqual([]);
  });

  it('to reload says what is wrong, and the last good configuration stays', async () => {
    writeFileSync(stage.configPath, JSON.stringify(configFor(stage.sim, { mian: 'x' })));
    expect(await codeOf(post('/admin/reload'))).toMatch(/^400 config_invalid .*mian/s);
    expect((await readJson(get('/admin/health'))).configRefused).toMatch(/mian/);
    expect((await readJson(get('/admin/snapshot'))).self.config.refused).toMatch(/mian/);
    expect((await ask(key)).status).toBe(200);
    writeFileSync(stage.configPath, JSON.stringify(configFor(stage.sim)));
    expect((await post('/admin/reload')).status).toBe(200);
    expect((await readJson(get('/admin/health'))).configRefused).toBeUndefined();
  });
});

describe('the event stream', () => {
  it('begins with a snapshot, goes on with what changed, and ends with its key', async () => {
    const { place } = stage;
    const ops = await addCallerKey(place, { name: 'ops', scope: 'admin' });
    const response = await get('/admin/events', ops);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = readEvents(response);
    const first = (await events.next()).value;
    expect(first).toMatchObject({
      event: 'snapshot',
      data: { v: expect.any(Number), tasks: [{ name: 'main' }] },
    });
    await ask(codex);
    const second = (await events.next()).value;
    expect(second?.event).toBe('delta');
    expect(second?.data.v).toBe((first?.data.v ?? 0) + 1);
    expect(second?.data.rows?.map(({ of }: { readonly of: string }) => of)).toContain('recent');
    expect(second?.data.changed).not.toHaveProperty('self');
    await revokeCallerKey(place, 'ops');
    for await (const { event } of events) expect(event).toBe('delta');
  });
});

interface SnapshotEvent {
  readonly event: string;
  readonly data: {
    readonly v: number;
    readonly changed?: object;
    readonly rows?: readonly { readonly of: string }[];
  };
}

async function* readEvents(response: Response): AsyncGenerator<SnapshotEvent> {
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += Buffer.from(chunk).toString();
    const parts = rest.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const [, event = '', data = '{}'] = /^event: (\w+)\nid: \d+\ndata: (.*)$/s.exec(part) ?? [];
      if (event !== '') yield { event, data: JSON.parse(data) };
    }
  }
}
