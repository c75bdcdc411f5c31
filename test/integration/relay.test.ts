/** A worker's answers for the admin API, metrics and the page are those of its primary. */

import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Snapshot } from '../../src/explain/snapshot/snapshot.ts';
import { enterPath } from '../../src/gateway/incoming.ts';
import { adminKey, key } from './keyed-gateway.ts';
import { type RawAnswer, sendRaw } from './raw-request.ts';
import { type RelayedGateway, startRelayedGateway } from './relayed-gateway.ts';

let stage: RelayedGateway;
beforeAll(async () => {
  stage = await startRelayedGateway();
});
afterAll(() => stage.stop());
beforeEach(() => {
  stage.answerLive = undefined;
});

const host = 'host: 127.0.0.1:4653';
const admin = `authorization: Bearer ${adminKey}`;
const head = (line: string, ...headers: string[]): string =>
  `${[`${line} HTTP/1.1`, 'connection: close', ...headers].join('\r\n')}\r\n\r\n`;

/** Without what differs between any two answers. */
const strip = ({ headers, body, ...answer }: RawAnswer): object => {
  const { date: _date, 'x-holdfast-request-id': _id, ...rest } = headers;
  const said = body.replaceAll(/"(at|uptime|startedAt|until|url)":[^,}]+/g, '"$1":0');
  return { ...answer, headers: rest, body: said.replaceAll(/hfr_\w+/g, 'hfr_') };
};

const chunked = 'transfer-encoding: chunked';
const json = 'content-type: application/json';
const order = '{"seconds":30}';
const hidden = head('POST /admin/reload', host);
const form = 'content-type: application/x-www-form-urlencoded';

it.each([
  ['a JSON answer', head('GET /admin/session', host, admin)],
  ['a list', head('GET /admin/budgets', host, admin)],
  ['a description of many kB', head('GET /admin/openapi.json', host, admin)],
  ['no key', head('GET /admin/snapshot', host)],
  ['the key for calls', head('GET /admin/snapshot', host, `authorization: Bearer ${key}`)],
  ['a key in the address', head(`GET /admin/session?key=${adminKey}`, host)],
  ['two Host headers', head('GET /admin/session', host, host, admin)],
  ['a foreign Host', head('GET /admin/session', 'host: rebound.example', admin)],
  ['a foreign Origin', head('GET /admin/session', host, 'origin: http://evil.example', admin)],
  ['an own Origin', head('GET /admin/session', host, 'origin: http://127.0.0.1:4653', admin)],
  ['a preflight', head('OPTIONS /admin/session', host, 'origin: http://127.0.0.1:4653')],
  ['a target in absolute form', head('GET http://127.0.0.1:4653/admin/session', host, admin)],
  ['the same with a foreign host', head('GET http://rebound.example/admin/session', host, admin)],
  ['another method', head('PUT /admin/session', host, admin)],
  ['an unknown path', head('GET /admin/nothing', host, admin)],
  ['a query that is wrong', head('GET /admin/records?limt=3', host, admin)],
  ['metrics by HEAD', head('HEAD /metrics', host, admin)],
  ['an order', `${head('POST /admin/reset', host, admin, 'content-length: 2')}{}`],
  [
    'an order in chunks',
    `${head('POST /admin/reset', host, admin, chunked)}1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`,
  ],
  ['an order that is none', `${head('POST /admin/reset', host, admin, 'content-length: 1')}[`],
  [
    'an order that waits to be let in',
    `${head('POST /admin/reset', host, admin, 'content-length: 2', 'expect: 100-continue')}{}`,
  ],
  ['a body that nobody reads', `${head('GET /admin/session', host, admin, 'content-length: 2')}ab`],
  [
    'a second request hidden in a body',
    `${head('GET /admin/session', host, admin, chunked)}${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
  ],
  ['the page without a session', head('GET /ui/', host)],
  ['the page at a name of the network', head('GET /ui/', 'host: localhost:4653')],
  ['a wrong link', head(`GET ${enterPath}?link=none`, host)],
  ['a page that another site led to', head('GET /ui/', host, 'sec-fetch-site: cross-site')],
  ['an upgrade that is none', head('GET /admin/session', host, admin, 'upgrade: h2c')],
  ['HTTP/1.0', `GET /admin/session HTTP/1.0\r\n${host}\r\n${admin}\r\n\r\n`],
])('answers %s as the primary does', async (_name, request) => {
  const [direct, relayed] = await Promise.all(
    [stage.primary, stage.worker].map(({ port }) => sendRaw(port, [request])),
  );
  expect(relayed?.status).toBeGreaterThan(0);
  expect(strip(relayed ?? fail())).toEqual(strip(direct ?? fail()));
});

const fail = (): never => {
  throw new Error('no answer');
};

it('lets a browser in at any worker, by a link that works once', async () => {
  const { port } = stage.worker;
  const made = await sendRaw(port, [
    head('POST /admin/link', host, admin, json, `content-length: ${order.length}`) + order,
  ]);
  const { pathname, search } = new URL(JSON.parse(made.body).url);
  const enter = head(`GET ${pathname}${search}`, host);
  const entered = await sendRaw(port, [enter]);
  expect(entered.status).toBe(303);
  const cookie = `cookie: ${entered.headers['set-cookie']?.split(';')[0]}`;
  expect((await sendRaw(stage.primary.port, [enter])).status).toBe(401);
  const page = head('GET /ui/', host, cookie);
  const [shown, direct] = await Promise.all(
    [port, stage.primary.port].map((at) => sendRaw(at, [page])),
  );
  expect(shown?.status).toBe(200);
  expect(strip(shown ?? fail())).toEqual(strip(direct ?? fail()));
  const again = head('GET /ui/', host, cookie, `if-none-match: ${shown?.headers['etag']}`);
  const known = await sendRaw(port, [again]);
  expect(strip(known)).toEqual(strip(await sendRaw(stage.primary.port, [again])));
  // a change needs the page's own Origin, by whichever way it comes
  const change = [cookie, json, 'content-length: 2'];
  const foreign = `${head('POST /admin/reload', host, ...change)}{}`;
  expect((await sendRaw(port, [foreign])).status).toBe(403);
  const own = head('POST /admin/reload', host, 'origin: http://127.0.0.1:4653', ...change);
  expect((await sendRaw(port, [`${own}{}`])).status).toBe(200);
  expect(stage.asked).toContain('reload');
});

it('takes the form of a caller', async () => {
  const body = `key=${adminKey}`;
  const sent = head(`POST ${enterPath}`, host, 'origin: http://127.0.0.1:4653', form);
  const withBody = sent.replace('\r\n\r\n', `\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  expect((await sendRaw(stage.worker.port, [withBody])).status).toBe(303);
});

it('answers no request for a model at the socket', async () => {
  const shown = `authorization: Bearer ${key}`;
  const list = head('GET /v1/models', host, shown);
  expect((await sendRaw(stage.primary.port, [list])).status).toBe(404);
  expect((await sendRaw(stage.worker.port, [list])).status).toBe(200);
});

it('passes each event on when it is told, and ends the stream with the primary', async () => {
  const own = await startRelayedGateway();
  const answer = await fetch(`${own.worker.url}/admin/events`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  const reader = answer.body?.getReader() ?? fail();
  let told = '';
  while (!told.includes('event: beat')) {
    const { value } = await reader.read();
    told += Buffer.from(value ?? '').toString();
  }
  expect(told).toMatch(/^event: snapshot\n/);
  await own.primary.close();
  for (;;) {
    const { done } = await reader.read(); // it would reject for a stream that was cut
    if (done) break;
  }
  await own.stop();
});

it('breaks a stream off where the primary was killed, and says so to the next', async () => {
  const own = await startRelayedGateway();
  const shown = { headers: { authorization: `Bearer ${adminKey}` } };
  const answer = await fetch(`${own.worker.url}/admin/events`, shown);
  const text = answer.text();
  own.killPrimary();
  await expect(text).rejects.toThrow();
  const next = await fetch(`${own.worker.url}/admin/snapshot`, shown);
  expect(next.status).toBe(503);
  expect(await next.text()).toContain('the primary process of this gateway does not answer');
  const page = await fetch(`${own.worker.url}/ui/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([
    503,
    'text/html; charset=utf-8',
  ]);
  await own.stop();
});

it('leaves the primary when its client does', async () => {
  const socket = connect(stage.worker.port, '127.0.0.1');
  socket.write(head('GET /admin/events', host, admin));
  await new Promise((resolve) => socket.once('data', resolve));
  expect(stage.countRelayed()).toBe(1);
  socket.destroy();
  await expect.poll(() => stage.countRelayed()).toBe(0);
});

it('gathers what workers do, and says which were silent for 200 ms', async () => {
  const one = { id: 'hfr_one', since: 1, bytes: 0 };
  const read = async (): Promise<Snapshot> =>
    JSON.parse((await sendRaw(stage.worker.port, [head('GET /admin/snapshot', host, admin)])).body);
  const counts = { of: 2, running: 1, restarts: 3 };
  stage.answerLive = () => Promise.resolve([one]);
  await expect
    .poll(async () => await read())
    .toMatchObject({ live: [one], self: { url: stage.primary.url, workers: counts } });
  stage.answerLive = () => new Promise(() => undefined);
  await expect.poll(async () => (await read()).self.workers).toEqual({ ...counts, silent: 1 });
  stage.answerLive = () => Promise.reject(new Error('it has ended'));
  await expect.poll(async () => (await read()).self.workers).toEqual(counts);
  const health = await sendRaw(stage.worker.port, [head('GET /admin/health', host, admin)]);
  expect(JSON.parse(health.body)).toMatchObject({ status: 'ok', workers: counts, inflight: 0 });
});

it('counts at the primary what a worker has served and refused', async () => {
  const shown = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] });
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${stage.worker.url}/v1/chat/completions`, { method: 'POST', headers, body });
  await Promise.all([ask(shown), ask(shown), ask({})].map(async (sent) => (await sent).text()));
  const { body: told } = await sendRaw(stage.worker.port, [head('GET /metrics', host, admin)]);
  expect(told).toMatch(/^holdfast_requests_total\{.*outcome="answered"\} 2$/m);
  expect(told).toMatch(/^holdfast_workers 1$/m);
  expect(told).toMatch(/^holdfast_worker_restarts_total 3$/m);
});
