/**
 * The door of the page over real sockets: who is let in, for how long, and everything that another
 * page, port or person may try.
 */

import { describe, expect, it } from 'vitest';
import { addCallerKey, revokeCallerKey } from '../../src/gateway/caller-keys.ts';
import { adminKey, key } from './keyed-gateway.ts';
import { cookieOf, json, openPageForAll, openPageStage, type PageStage } from './page-stage.ts';

let stage: PageStage;
let session: string;
let own: string;
openPageForAll((opened) => {
  ({ stage, session, own } = opened);
});

describe('a link', () => {
  it('sets a cookie that scripts and other sites cannot use, and leaves a clean address', async () => {
    const { status, headers } = await stage.send(`GET ${await stage.link()}`);
    expect([status, headers['location']]).toEqual([303, '/ui/']);
    expect(headers['set-cookie']).toMatch(
      new RegExp(
        `^holdfast_${stage.port}=admin\\.\\d+\\.[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000$`,
      ),
    );
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('works once', async () => {
    const link = await stage.link();
    expect((await stage.send(`GET ${link}`)).status).toBe(303);
    const again = await stage.send(`GET ${link}`);
    expect([again.status, cookieOf(again)]).toEqual([401, '']);
    expect(again.body).toContain('this link has been used');
  });

  it.each(['HEAD', 'POST', 'PUT', 'OPTIONS'])('is not used up by %s', async (method) => {
    const link = await stage.link();
    expect(cookieOf(await stage.send(`${method} ${link}`))).toBe('');
    expect((await stage.send(`GET ${link}`)).status).toBe(303);
  });

  it.each([
    ['another page of the site', 'sec-fetch-site: same-site', 403],
    ['a foreign page', 'sec-fetch-site: cross-site', 403],
    ['a foreign origin', 'origin: http://evil.test', 403],
    ['no page at all', 'origin: null', 403],
    ['a person', 'sec-fetch-site: none', 303],
  ])('from %s', async (_who, header, status) => {
    expect((await stage.send(`GET ${await stage.link()}`, [header])).status).toBe(status);
  });

  it.each(['', '?link=', '?link=x', '?link=__proto__', `?link=${'a'.repeat(2000)}`])(
    'that was never made is refused: %s',
    async (query) => {
      expect((await stage.send(`GET /ui/enter${query}`)).status).toBe(401);
    },
  );

  it('is made for an admin key only, and lasts as long as was asked', async () => {
    const made = async (shown: string, body: string) => {
      const answer = await stage.send('POST /admin/link', [`x-api-key: ${shown}`], body);
      return [answer.status, JSON.parse(answer.body)] as const;
    };
    const now = Date.now();
    const [, long] = await made(adminKey, '{"seconds": 600}');
    expect(long.until - now).toBeGreaterThan(590_000);
    expect((await made(adminKey, '{"seconds": 601}'))[0]).toBe(400);
    expect((await made(key, ''))[0]).toBe(403);
    expect((await made(await stage.addCaller('linker'), ''))[0]).toBe(403);
  });

  it('is not made by a session, which would outlive its end', async () => {
    const { status, body } = await stage.send('POST /admin/link', [
      `cookie: ${session}`,
      own,
      json,
    ]);
    expect([status, JSON.parse(body).error.code]).toEqual([403, 'key_not_allowed']);
  });
});

describe('paths', () => {
  it.each([
    '/ui/../admin/snapshot',
    '/ui/%2e%2e/admin/snapshot',
    '/ui/..%2fadmin/snapshot',
    '/ui//admin/snapshot',
    '/ui/enter/../../admin/snapshot',
    '/ui;/admin/snapshot',
  ])('%s is not the admin API', async (path) => {
    const { body } = await stage.send(`GET ${path}`, [`cookie: ${session}`]);
    expect(body).not.toContain('"verdict"');
  });

  it.each(['//ui/', '/UI/', '/uix', '/%75i/', '/v1/ui/', '/admin/../ui/'])(
    '%s is not the page',
    async (path) => {
      const { status, headers } = await stage.send(`GET ${path}`, [`cookie: ${session}`]);
      expect([status >= 400, headers['content-type']]).toEqual([true, 'application/json']);
    },
  );

  it('localhost leads to the host of the link, at the port and path that the browser has', async () => {
    const { status, headers } = await stage.send('GET /ui/enter?link=x', ['host: localhost:8080']);
    expect([status, headers['location']]).toEqual([307, 'http://127.0.0.1:8080/ui/enter?link=x']);
    const form = await stage.send('POST /ui/enter', ['host: localhost:8080']);
    expect(form.status).toBe(400);
  });

  it('a forwarded port has a session of its own', async () => {
    const host = 'host: 127.0.0.1:8080';
    const cookie = cookieOf(await stage.send(`GET ${await stage.link()}`, [host]));
    expect(cookie).toMatch(/^holdfast_8080=/);
    const moved = [host, `cookie: ${cookie}`, 'origin: http://127.0.0.1:8080', json];
    expect((await stage.send('POST /admin/reset', moved, '{}')).status).toBe(200);
  });
});

describe("a caller's key", () => {
  it('opens what is its own, and ends with it', async () => {
    const answer = await stage.enterWithKey(await stage.addCaller('codex'));
    expect(answer.status).toBe(303);
    const ask = (path: string) => stage.send(`GET ${path}`, [`cookie: ${cookieOf(answer)}`]);
    const { body } = await ask('/admin/session');
    expect(JSON.parse(body)).toMatchObject({ name: 'codex', scope: 'call' });
    const statuses = async () =>
      Promise.all(
        [
          '/ui/',
          '/admin/records',
          '/admin/usage',
          '/admin/budgets',
          '/admin/snapshot',
          '/metrics',
        ].map(async (path) => (await ask(path)).status),
      );
    expect(await statuses()).toEqual([200, 200, 200, 200, 403, 403]);
    expect((await ask('/admin/records?caller=other')).status).toBe(403);
    const reset = [`cookie: ${cookieOf(answer)}`, own, json];
    expect((await stage.send('POST /admin/reset', reset, '{}')).status).toBe(403);
    await revokeCallerKey(stage.place, 'codex');
    expect(await statuses()).toEqual([401, 401, 401, 401, 401, 401]);
  });

  it('of scope admin opens everything, under its own name', async () => {
    const made = await addCallerKey(stage.place, { name: 'ops', scope: 'admin' });
    for (const cookie of [cookieOf(await stage.enterWithKey(made)), await stage.enter(made)]) {
      const { body } = await stage.send('GET /admin/session', [`cookie: ${cookie}`]);
      expect(JSON.parse(body)).toMatchObject({ name: 'ops', scope: 'admin' });
    }
  });

  it.each([
    ['is nobody’s', () => 'hf_nobody_has_this_key', 401],
    ['is empty', () => '', 401],
    ['is the first key, which may only ask', () => key, 403],
    ['is the admin key', () => adminKey, 303],
  ])('that %s', async (_what, shown, status) => {
    const answer = await stage.enterWithKey(shown());
    expect([answer.status, answer.body.includes('hf_')]).toEqual([status, false]);
  });
});

describe('what is found out on demand', () => {
  const post = (path: string, body = '{}') =>
    stage.send(`POST ${path}`, [`cookie: ${session}`, own, json], body);

  it('keys are tested, with what was verified', async () => {
    const { status, body } = await post('/admin/test');
    expect([status, JSON.parse(body).tests]).toEqual([
      200,
      [expect.objectContaining({ id: 'sim:config', verdict: 'works', attempts: 1 })],
    ]);
    expect(body).not.toContain('sk-sim');
    expect((await post('/admin/test', '{"nam": "x"}')).status).toBe(400);
  });

  it('doctor runs beside the gateway, one at a time', async () => {
    const answers = await Promise.all([post('/admin/doctor'), post('/admin/doctor')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429]);
    const [report] = answers.flatMap(({ status, body }) => (status === 200 ? [body] : []));
    expect(JSON.parse(report ?? '')).toMatchObject({ notChecked: [expect.any(String)] });
    expect(JSON.parse(report ?? '').passed).toBeGreaterThan(5);
  });

  it('nobody but an admin asks', async () => {
    const shown = [`x-api-key: ${await stage.addCaller('asker')}`];
    for (const path of ['/admin/doctor', '/admin/test'])
      expect((await stage.send(`POST ${path}`, shown)).status).toBe(403);
  });
});

it('a change is written to the log with who asked for it', async () => {
  const told: string[] = [];
  const stop = stage.runtime.subscribe((event) => {
    if (event.type === 'change-asked') told.push(event.text);
  });
  await stage.send('POST /admin/reset', [`cookie: ${session}`, own, json], '{}');
  await stage.send('POST /admin/reload', [`authorization: Bearer ${adminKey}`]);
  stop();
  expect(told).toEqual([
    'admin asks for /admin/reset from the page',
    'admin asks for /admin/reload',
  ]);
});

it('a browser without a session is told the command, and no token', async () => {
  const { status, body, headers } = await stage.send('GET /ui/');
  expect([status, headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
  expect(body).toMatch(/<pre>[^<]*ui<\/pre>/);
  expect(body).not.toMatch(/<script|hf_/);
});

describe('beyond this machine', () => {
  it('plain http is refused, a proxied https address is served, and its cookie is Secure', async () => {
    const away = await openPageStage({
      allowed_hosts: ['box.lan', '127.0.0.1'],
      public_url: 'https://holdfast.example',
    });
    const host = 'host: holdfast.example';
    const plain = await away.send('GET /ui/', ['host: box.lan']);
    expect([plain.status, plain.body]).toEqual([403, expect.stringContaining('over plain http')]);
    const { url } = JSON.parse(
      (await away.send('POST /admin/link', [`x-api-key: ${adminKey}`])).body,
    );
    expect(url).toMatch(/^https:\/\/holdfast\.example\/ui\/enter\?link=/);
    const entered = await away.send(`GET ${new URL(url).pathname}${new URL(url).search}`, [host]);
    expect(entered.headers['set-cookie']).toMatch(/^holdfast_443=.*; Secure$/);
    const change = (origin: string) =>
      away.send(
        'POST /admin/reset',
        [host, `cookie: ${cookieOf(entered)}`, `origin: ${origin}`, json],
        '{}',
      );
    expect((await change('https://holdfast.example')).status).toBe(200);
    expect((await change('http://holdfast.example')).status).toBe(403);
    await away.stop();
  });

  it('a session does not count where the network would see it', async () => {
    const away = await openPageStage({ allowed_hosts: ['box.lan', '127.0.0.1'] });
    const cookie = await away.enter();
    const { status } = await away.send('GET /admin/snapshot', [
      `host: box.lan:${away.port}`,
      `cookie: ${cookie}`,
    ]);
    expect(status).toBe(401);
    await away.stop();
  });

  it('gateway.ui: false closes it, sessions too', async () => {
    const off = await openPageStage({ ui: false });
    const { port } = off;
    const cookie = session.replace(/_\d+/, `_${port}`);
    expect((await off.send('GET /ui/', [`cookie: ${cookie}`])).status).toBe(404);
    expect((await off.send('GET /admin/session', [`cookie: ${cookie}`])).status).toBe(401);
    expect((await off.send('POST /admin/link', [`x-api-key: ${adminKey}`])).status).toBe(404);
    await off.stop();
  });
});
