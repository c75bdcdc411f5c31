/**
 * The door of the page in a real browser: what other pages, names, ports and persons get who want
 * what the session may do. The tables of requests are in test/integration/door.test.ts.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { key } from '../integration/keyed-gateway.ts';
import { makeLink, openPageStage, type PageStage } from '../integration/page-stage.ts';

let stage: PageStage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let foreign: Server;
let foreignPort: number;
const changes: string[] = [];

beforeAll(async () => {
  stage = await openPageStage();
  stage.runtime.subscribe((event) => {
    if (event.type === 'change-asked') changes.push(event.text);
  });
  foreign = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<title>foreign</title>'),
  );
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  foreignPort = (foreign.address() as AddressInfo).port;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.test 127.0.0.1'],
  });
});
afterAll(async () => {
  await browser.close();
  foreign.close();
  await stage.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(await makeLink(stage.gateway.url));
  changes.length = 0;
});
afterEach(() => context.close());

describe('a link', () => {
  it('leaves a clean address and a cookie that no script reads', async () => {
    expect(page.url()).toBe(`${stage.gateway.url}/ui/`);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await page.evaluate("fetch('/admin/session').then((got) => got.json())")).toMatchObject({
      name: 'admin',
    });
  });

  it('opens no second browser', async () => {
    const link = await makeLink(stage.gateway.url);
    await page.goto(link);
    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    expect(await other.textContent('h1')).toBe('this link has been used, or its time is over');
    await other.context().close();
  });

  it('at localhost leads to the host where the cookie is', async () => {
    const { port } = stage;
    await page.goto((await makeLink(stage.gateway.url)).replace('127.0.0.1', 'localhost'));
    expect(page.url()).toBe(`http://127.0.0.1:${port}/ui/`);
    await page.goto(`http://localhost:${port}/ui/`);
    expect(page.url()).toBe(`http://127.0.0.1:${port}/ui/`);
    expect(await page.title()).toMatch(/Holdfast/);
  });
});

describe('a cookie', () => {
  const nameAt = (port: number): string => `holdfast_${port}`;
  const session = async (): Promise<string> => {
    const found = (await context.cookies()).find(({ name }) => name === nameAt(stage.port));
    return found?.value ?? '';
  };
  const put = (name: string, value: string): Promise<void> =>
    context.addCookies([{ name, value, domain: '127.0.0.1', path: '/' }]);
  const title = (): Promise<string | null> => page.textContent('h1');
  const shut = 'This browser has not been let in';

  it('opens no other gateway of the host', async () => {
    const adminKey = `hf_test_${'z'.repeat(24)}`;
    const other = await startGateway({ runtime: stage.runtime, key, adminKey });
    await put(nameAt(other.port), await session());
    await page.goto(`${other.url}/ui/`);
    expect(await title()).toBe(shut);
    await other.close();
  });

  it('opens nothing more with another scope written into it', async () => {
    const caller = await (await browser.newContext()).newPage();
    await caller.goto(`${stage.gateway.url}/ui/`);
    await caller.fill('input[name=key]', await stage.addCaller('climber'));
    await caller.click('button');
    await caller.waitForURL(`${stage.gateway.url}/ui/`);
    const [own] = await caller.context().cookies();
    const [who = '', ...rest] = own?.value.split('.') ?? [];
    expect(who).toHaveLength(43);
    await put(nameAt(stage.port), ['admin', ...rest].join('.'));
    await page.goto(`${stage.gateway.url}/ui/`);
    expect(await title()).toBe(shut);
    await caller.context().close();
  });

  it('is not shadowed by one that a page at another port has set', async () => {
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${foreignPort}/`);
    for (const path of ['/ui', '/admin'])
      await other.evaluate(`document.cookie = '${nameAt(stage.port)}=admin.1.x; path=${path}'`);
    await page.goto(`${stage.gateway.url}/ui/`);
    await page.getByRole('region', { name: 'Keys' }).waitFor();
  });
});

/** Everything that a page can send without being asked for leave. */
const attack = (gateway: string): string => `(async () => {
  const told = [];
  const note = (name, sent) => sent.then(
    async (got) => told.push(name + ' ' + (got.type === 'opaque' ? 'sent' : 'READ ' + got.status)),
    () => told.push(name + ' failed'),
  );
  for (const mode of ['cors', 'no-cors'])
    for (const path of ['/admin/snapshot', '/ui/', '/admin/events'])
      await note(mode + path, fetch('${gateway}' + path, { mode, credentials: 'include' }));
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
    for (const mode of ['cors', 'no-cors'])
      await note(mode + type, fetch('${gateway}/admin/reset', { method: 'POST', mode,
        credentials: 'include', headers: { 'content-type': type }, body: '{}' }));
  const frame = document.createElement('iframe');
  frame.src = '${gateway}/ui/';
  document.body.append(frame);
  const form = document.createElement('form');
  form.method = 'post';
  form.enctype = 'text/plain';
  form.target = frame.name = 'inside';
  form.action = '${gateway}/admin/reset';
  document.body.append(form);
  await new Promise((resolve) => setTimeout(resolve, 500));
  form.submit();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return told;
})()`;

/** Everything that a page can make its browser load, and a window of its own. */
const load = (gateway: string): string => `(async () => {
  const told = [];
  const note = (name, begin) => new Promise((resolve) => {
    setTimeout(resolve, 3000);
    const tell = (what) => () => resolve(told.push(name + ' ' + what));
    begin(tell('LOADED'), tell('refused'));
  });
  const element = (tag, place) => (loaded, refused) => {
    const made = Object.assign(document.createElement(tag), place);
    made.addEventListener('load', loaded);
    made.addEventListener('error', refused);
    document.body.append(made);
  };
  const listen = (made) => (loaded, refused) => {
    made().addEventListener('open', loaded);
    made().addEventListener('error', refused);
  };
  const data = '${gateway}/admin/snapshot';
  await note('script', element('script', { src: data }));
  await note('style', element('link', { rel: 'stylesheet', href: data }));
  await note('picture', element('img', { src: data }));
  await note('events', listen(() => new EventSource('${gateway}/admin/events', { withCredentials: true })));
  await note('socket', listen(() => new WebSocket('${gateway}/v1/responses'.replace('http', 'ws'))));
  const opened = window.open('${gateway}/ui/');
  await new Promise((resolve) => setTimeout(resolve, 500));
  try { told.push('window ' + (opened?.document === undefined ? 'refused' : opened.document.title)) }
  catch { told.push('window refused') }
  return told;
})()`;

describe.each([
  ['at another port of the host', '127.0.0.1'],
  ['of another site', 'localhost'],
])('a page %s', (_what, host) => {
  it('reads nothing, changes nothing and frames nothing', async () => {
    const other = await context.newPage();
    await other.goto(`http://${host}:${foreignPort}/`);
    const told = await other.evaluate<string[]>(attack(stage.gateway.url));
    expect(told.filter((line) => line.includes('READ'))).toEqual([]);
    expect(told.length).toBe(12);
    expect(changes).toEqual([]);
    const [, frame] = other.frames();
    expect(frame?.url()).toMatch(/^chrome-error:/);
  });

  it('loads nothing of it, and sees no window of it', async () => {
    const other = await context.newPage();
    await other.goto(`http://${host}:${foreignPort}/`);
    const told = await other.evaluate<string[]>(load(stage.gateway.url));
    expect(told).toEqual(
      ['script', 'style', 'picture', 'events', 'socket', 'window'].map((name) => `${name} refused`),
    );
  });

  it('does not lead into the page by a link of its own', async () => {
    const other = await context.newPage();
    await other.goto(`http://${host}:${foreignPort}/`);
    await other.evaluate(`location.href = '${stage.gateway.url}/ui/'`);
    await other.waitForURL(/\/ui\//);
    expect(await other.textContent('h1')).toBe('a page of another site led here');
  });
});

it('a name that leads here (DNS rebinding) shows nothing', async () => {
  const answer = await page.goto(`http://evil.test:${stage.port}/ui/`);
  expect([answer?.status(), await page.textContent('h1')]).toEqual([
    403,
    `the Host "evil.test:${stage.port}" is not one of this gateway (gateway.allowed_hosts)`,
  ]);
  const got = await page.evaluate("fetch('/admin/snapshot').then((got) => got.status)");
  expect(got).toBe(403);
});

it("a caller's key, typed into the form, opens what is its own", async () => {
  const own = await (await browser.newContext()).newPage();
  await own.goto(`${stage.gateway.url}/ui/`);
  expect(await own.textContent('pre')).toMatch(/ ui$/);
  await own.fill('input[name=key]', await stage.addCaller('codex'));
  await own.click('button');
  await own.waitForURL(`${stage.gateway.url}/ui/`);
  const ask = (path: string): Promise<unknown> =>
    own.evaluate(`fetch('${path}').then((got) => got.status)`);
  expect([await ask('/admin/records'), await ask('/admin/snapshot')]).toEqual([200, 403]);
  await own.context().close();
});

it('what the gateway relays runs no script beside the page, and has no cookie', async () => {
  await page.goto(`${stage.gateway.url}/v1/models?key=${key}`);
  expect(await page.evaluate('origin')).toBe('null');
});
