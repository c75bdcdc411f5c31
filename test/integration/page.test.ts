/** The page's files as the gateway serves them: in a session only, and nothing from beside them. */

import { expect, it } from 'vitest';
import { adminKey } from './keyed-gateway.ts';
import { openPageForAll, type PageStage } from './page-stage.ts';

let stage: PageStage;
let session: string;
openPageForAll((opened) => {
  ({ stage, session } = opened);
});

const get = (path: string, cookie = session, more: RequestInit = {}): Promise<Response> =>
  fetch(`${stage.gateway.url}${path}`, {
    headers: { cookie },
    redirect: 'manual',
    ...more,
  });

it('names files that never change, and lets nothing of others in', async () => {
  const index = await get('/ui/');
  expect(index.status).toBe(200);
  expect(index.headers.get('cache-control')).toBe('no-cache');
  expect(index.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
  );
  expect(index.headers.get('referrer-policy')).toBe('no-referrer');
  const html = await index.text();
  const named = [...html.matchAll(/(?:src|href)="(page[^"]+)"/g)].map(([, name]) => name);
  expect(named).toHaveLength(2);
  for (const name of named) {
    const file = await get(`/ui/${name}`);
    expect(file.headers.get('cache-control')).toMatch(/immutable/);
    expect((await file.text()).length).toBeGreaterThan(1000);
  }
  expect(html).not.toMatch(/https?:/);
});

it.each(['/ui/other.js', '/ui/..%2fpage.json', '/ui/%2e%2e%2fcommit', '/ui//etc/passwd'])(
  'has no file %s',
  async (path) => expect((await get(path)).status).toBe(404),
);

it('is for a session, by GET', async () => {
  expect((await get('/ui/', 'nobody=1')).status).toBe(401);
  expect((await get('/ui/page.json', 'nobody=1')).status).toBe(401);
  const shown = { headers: { authorization: `Bearer ${adminKey}` } };
  expect((await get('/ui/', '', shown)).status).toBe(401);
  expect((await get('/ui/', session, { method: 'POST' })).status).toBe(405);
  expect((await get('/ui')).headers.get('location')).toBe('/ui/');
});

it('tells a listener each second that the gateway is there', async () => {
  const { body } = await get('/admin/events');
  let told = '';
  for await (const chunk of body ?? []) {
    told += Buffer.from(chunk).toString();
    if (told.includes('event: beat')) break;
  }
  expect(told).toMatch(/event: beat\nid: 1\ndata: \{"v":1,"at":\d+\}\n\n$/);
});
