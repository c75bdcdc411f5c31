/**
 * Sessions of browsers over real sockets: what forged, moved and shadowed cookies open, and what
 * pages of others may do with a good one. All of it is refused.
 */

import { describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { adminKey, key } from './keyed-gateway.ts';
import { json, openPageForAll, type PageStage } from './page-stage.ts';

let stage: PageStage;
let session: string;
let own: string;
openPageForAll((opened) => {
  ({ stage, session, own } = opened);
});

describe('a session', () => {
  it('opens the page and the readings', async () => {
    for (const path of ['/ui/', '/ui', '/admin/snapshot', '/admin/session', '/metrics']) {
      const { status } = await stage.send(`GET ${path}`, [`cookie: ${session}`]);
      expect([path, status < 400]).toEqual([path, true]);
    }
  });

  it('asks no model', async () => {
    const { status } = await stage.send('GET /v1/models', [`cookie: ${session}`]);
    expect(status).toBe(401);
  });

  it('survives a restart, holds at every gateway with the admin key, and nowhere else', async () => {
    const { runtime } = stage;
    const open = async (shown: string) => {
      const other = await startGateway({ runtime, key, adminKey: shown });
      const name = session.replace(/^holdfast_\d+/, `holdfast_${other.port}`);
      const answer = await fetch(`${other.url}/admin/session`, { headers: { cookie: name } });
      await other.close();
      return answer.status;
    };
    expect([await open(adminKey), await open(`hf_test_${'z'.repeat(24)}`)]).toEqual([200, 401]);
  });

  it('ends with the admin key that signed it', async () => {
    let current = adminKey;
    const gateway = await startGateway({ runtime: stage.runtime, key, adminKey: () => current });
    const cookie = session.replace(/^holdfast_\d+/, `holdfast_${gateway.port}`);
    const ask = async () =>
      (await fetch(`${gateway.url}/admin/session`, { headers: { cookie } })).status;
    const before = await ask();
    current = `hf_test_${'n'.repeat(24)}`;
    expect([before, await ask()]).toEqual([200, 401]);
    const fresh = { authorization: `Bearer ${current}` };
    expect((await fetch(`${gateway.url}/admin/session`, { headers: fresh })).status).toBe(200);
    await gateway.close();
  });

  it.each<[string, (parts: readonly string[]) => string]>([
    ['another name of its key', ([, end, mac]) => `root.${end}.${mac}`],
    ['a later end', ([name, end, mac]) => `${name}.${Number(end) + 1}.${mac}`],
    ['an end in exponents', ([name, , mac]) => `${name}.9e15.${mac}`],
    ['no signature', ([name, end]) => `${name}.${end}.`],
    ['no signature and no dot', ([name, end]) => `${name}.${end}`],
    ['a signature of zeros', ([name, end]) => `${name}.${end}.${'A'.repeat(43)}`],
    ['a signature cut short', ([name, end, mac = '']) => `${name}.${end}.${mac.slice(0, -1)}`],
    ['more behind it', (parts) => `${parts.join('.')}x`],
    ['a dot more', (parts) => `${parts.join('.')}.`],
    ['nothing in it', () => ''],
    ['the admin key itself', () => adminKey],
  ])('with %s is not a session', async (_what, change) => {
    const [name = '', value = ''] = session.split('=');
    const forged = `${name}=${change(value.split('.'))}`;
    expect((await stage.send('GET /admin/session', [`cookie: ${forged}`])).status).toBe(401);
    expect((await stage.send('GET /ui/', [`cookie: ${forged}`])).status).toBe(401);
  });

  it.each<[string, (cookie: string) => string, number]>([
    ['of another port', (cookie) => cookie.replace(/_\d+/, '_1'), 401],
    ['without a port', (cookie) => cookie.replace(/_\d+/, ''), 401],
    ['of a longer name', (cookie) => `x${cookie}`, 401],
    [
      'behind one that another port has set',
      (cookie) => `${cookie.replace(/=.*/, '=x')}; ${cookie}`,
      200,
    ],
    ['among many', (cookie) => `${'a=b; '.repeat(500)}${cookie}`, 200],
    ['in quotes', (cookie) => cookie.replace(/=(.*)/, '="$1"'), 401],
  ])('in a cookie %s', async (_what, change, status) => {
    const header = `cookie: ${change(session)}`;
    expect((await stage.send('GET /admin/session', [header])).status).toBe(status);
  });

  it('may come in the second of two Cookie headers', async () => {
    const { status } = await stage.send('GET /admin/session', [
      'cookie: a=b',
      `cookie: ${session}`,
    ]);
    expect(status).toBe(200);
  });

  it('is refused with more cookies than a head may have', async () => {
    const { status } = await stage.send('GET /ui/', [`cookie: ${'a'.repeat(20_000)}; ${session}`]);
    expect(status).toBe(431);
  });

  it('does not count beside a key: the key does', async () => {
    const shown = ['x-api-key: hf_wrong_key_of_nobody', `cookie: ${session}`];
    expect((await stage.send('GET /admin/session', shown)).status).toBe(401);
  });
});

describe('what another page may do with the session', () => {
  it.each<[string, string, (own: string) => readonly string[], string, number]>([
    [
      'read, from another port',
      'GET /admin/snapshot',
      () => ['sec-fetch-site: same-site'],
      '',
      403,
    ],
    [
      'read, from another site',
      'GET /admin/snapshot',
      () => ['sec-fetch-site: cross-site'],
      '',
      403,
    ],
    ['read by an origin', 'GET /admin/snapshot', () => ['origin: http://127.0.0.1:1'], '', 403],
    ['listen', 'GET /admin/events', () => ['sec-fetch-site: cross-site'], '', 403],
    ['open the page', 'GET /ui/', () => ['sec-fetch-site: cross-site'], '', 403],
    [
      'send a form',
      'POST /admin/reset',
      (mine) => [mine, 'content-type: application/x-www-form-urlencoded'],
      'a=b',
      415,
    ],
    [
      'send a form with files',
      'POST /admin/reset',
      (mine) => [mine, 'content-type: multipart/form-data; boundary=x'],
      '{}',
      415,
    ],
    [
      'send JSON as text',
      'POST /admin/reset',
      (mine) => [mine, 'content-type: text/plain'],
      '{}',
      415,
    ],
    [
      'send JSON as text, nearly',
      'POST /admin/reset',
      (mine) => [mine, 'content-type: text/plain; application/json'],
      '{}',
      415,
    ],
    ['send JSON without a type', 'POST /admin/reset', (mine) => [mine], '{}', 415],
    ['send JSON without an origin', 'POST /admin/reset', () => [json], '{}', 403],
    ['send JSON as nobody', 'POST /admin/reset', () => [json, 'origin: null'], '{}', 403],
    [
      'send JSON from another port',
      'POST /admin/reset',
      () => [json, 'origin: http://127.0.0.1:1'],
      '{}',
      403,
    ],
    [
      'send JSON from https',
      'POST /admin/reset',
      (mine) => [json, mine.replace('http:', 'https:')],
      '{}',
      403,
    ],
    ['reset by GET', 'GET /admin/reset', () => [], '', 405],
    [
      'use the form with a key of its own',
      'POST /ui/enter',
      () => ['sec-fetch-site: cross-site', 'content-type: application/x-www-form-urlencoded'],
      'key=x',
      403,
    ],
    [
      'use the form without an origin',
      'POST /ui/enter',
      () => ['content-type: application/x-www-form-urlencoded'],
      'key=x',
      400,
    ],
    [
      'our own page changes something',
      'POST /admin/reset',
      (mine) => [
        mine,
        'sec-fetch-site: same-origin',
        'content-type: Application/JSON; charset=utf-8',
      ],
      '{}',
      200,
    ],
  ])('%s', async (_what, line, headers, body, status) => {
    const answer = await stage.send(line, [`cookie: ${session}`, ...headers(own)], body);
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('a name that leads here (DNS rebinding) is refused', async () => {
    const headers = [`host: evil.test:${stage.port}`, `cookie: ${session}`];
    expect((await stage.send('GET /ui/', headers)).status).toBe(403);
    expect((await stage.send('GET /admin/snapshot', headers)).status).toBe(403);
  });

  it('every answer forbids frames, scripts and readers of other sites', async () => {
    for (const cookie of [session, 'none=1']) {
      const { headers } = await stage.send('GET /ui/', [`cookie: ${cookie}`]);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'.*frame-ancestors 'none'$/,
        ),
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': expect.stringMatching(/^no-(store|cache)$/),
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('what a provider sent is no page of ours when a browser opens it', async () => {
    const headers = [`x-api-key: ${key}`, 'sec-fetch-mode: navigate'];
    const answer = await stage.send('GET /v1/models', headers);
    expect([answer.status, answer.headers['content-security-policy']]).toEqual([200, 'sandbox']);
  });
});
