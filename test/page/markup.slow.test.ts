/**
 * What others have named and said, as the page shows it: a model's answer, a provider's error, a
 * key's label, a caller's name, a user agent. All of it is text; none of it is markup, sent or run.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addCallerKey } from '../../src/gateway/caller-keys.ts';
import { type KeyedGateway, startKeyedGateway } from '../integration/keyed-gateway.ts';
import { useBrowser } from './browser.ts';

/** Each runs where somebody takes it for markup, a script or an address. */
const evil = `<img src=x onerror="ran=1"><script>ran=1</script><svg onload=ran=1></svg>`;
const quoted = `"onmouseover=ran=1 '\`{{ran=1}}</q></p></pre></style>`;
const address = 'javascript:ran=1//https://evil.test/';
const all = `${evil} ${quoted} ${address}`;

/** A provider that answers so, by the model that is asked for. */
function answerOf(model: string): readonly [status: number, type: string, body: string] {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: all } };
  if (model === 'page') return [403, 'text/html', `<title>${all}</title>${all}`];
  if (model === 'refused')
    return [
      401,
      'application/json',
      JSON.stringify({ error: { message: all, type: all, code: all } }),
    ];
  return [200, 'application/json', JSON.stringify({ id: all, model: all, choices: [choice] })];
}

async function readModel(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? '' : JSON.parse(text).model;
}

let provider: Server;
let stage: KeyedGateway;
const requests: string[] = [];

beforeAll(async () => {
  provider = createServer(async (request, response) => {
    const [status, type, body] = answerOf(await readModel(request));
    response.writeHead(status, { 'content-type': type, 'x-request-id': encodeURI(all) }).end(body);
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  stage = await startKeyedGateway(() => ({
    main: 'acme/answer',
    max_wait: 1,
    aliases: { [evil]: 'acme/answer' },
    records: { content: true },
    providers: {
      acme: {
        base_url: `http://127.0.0.1:${port}/v1`,
        protocol: 'openai-chat',
        credentials: [
          { label: evil, api_key: 'sk-test-1', account: all },
          { label: address, api_key: 'sk-test-2' },
        ],
      },
    },
    gateway: { port: 0 },
  }));
  stage.runtime.subscribe((event) => {
    if (event.type === 'finished') requests.push(event.record.id);
  });
  const key = await addCallerKey(stage.place, { name: all, scope: 'call' });
  for (const model of ['main', evil, 'acme/answer', `acme/${evil}`, 'acme/refused', 'acme/page'])
    await ask(model, key);
  const line = {
    at: '2026-05-29T09:12:00.000Z',
    level: 'error',
    event: evil,
    text: all,
    task: all,
  };
  const path = join(stage.runtime.paths.logFolder, 'holdfast-2026-05-29.jsonl');
  await stage.host.files.append(
    path,
    `${JSON.stringify({ ...line, request: all, caller: all })}\n`,
  );
});
afterAll(async () => {
  await stage.stop();
  provider.close();
});

function ask(model: string, key: string): Promise<string> {
  return fetch(`${stage.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'user-agent': `${evil}/1`,
      'x-holdfast-session': all,
      'x-claude-code-agent-id': all,
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: all }] }),
  }).then((answer) => answer.text());
}

/** Elements that the page never makes, handlers in markup, and links that lead elsewhere. */
const findMarkup = `[...document.body.querySelectorAll('*')].filter((one) =>
  /^(img|script|style|iframe|object|embed|form|base|meta|link|template|video|audio)$/i.test(one.localName) ||
  [...one.attributes].some(({ name }) => /^on/i.test(name)) ||
  (one.localName === 'a' && !one.getAttribute('href').startsWith('#'))).map((one) => one.outerHTML)`;

const open = useBrowser();

async function look(page: Page, view: string, said: string): Promise<void> {
  await page.goto(`${stage.gateway.url}/ui/#${view}`);
  await page.getByText(said, { exact: false }).first().waitFor({ state: 'attached' });
  for (const button of await page.getByRole('button', { pressed: false }).all()) {
    await button.click();
    expect(await page.evaluate<string[]>(findMarkup)).toEqual([]);
  }
  for (const one of await page.locator('summary').all()) await one.click();
  await page.locator('body').hover();
  expect(await page.evaluate<string[]>(findMarkup), view).toEqual([]);
  expect(await page.evaluate('typeof ran'), view).toBe('undefined');
}

it('is text in every view', async () => {
  const { page, faults } = await open(stage.gateway.url);
  page.on('dialog', () => faults.push('a dialog'));
  page.on('popup', () => faults.push('a popup'));
  const views: readonly (readonly [string, string])[] = [
    ['now', evil],
    ['now', address],
    ['keys', all],
    [`keys/${encodeURIComponent(evil)}`, evil],
    ['tasks', evil],
    [`tasks/${encodeURIComponent(evil)}`, evil],
    ['cost', 'requests'],
    ['log', all],
    [evil, 'There is no view'],
    ['request/%', 'is recorded in this gateway'],
  ];
  for (const [view, said] of views) await look(page, view, said);
  expect(requests.length).toBeGreaterThan(4);
  for (const id of requests) await look(page, `request/${id}`, evil);
  expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
});

it('is text for the caller too', async () => {
  const named = await addCallerKey(stage.place, { name: evil, scope: 'call' });
  await ask('main', named);
  const { page, faults } = await open(stage.gateway.url, { key: named });
  await look(page, 'now', evil);
  await look(page, 'cost', 'request');
  await look(page, `request/${requests.at(-1)}`, evil);
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
});
