/**
 * The door of the page in a real browser: what other pages, names, ports and persons get who want
 * what the session may do. The tables of requests are in test/integration/door.test.ts.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
    `the Host "evil.test:${stage.port}" is not one of this gateway`,
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
