/**
 * Eight tabs of one browser: one stream, hidden ones that know the verdict, a gateway that is
 * killed and comes back, an upgrade, and notifications. The law of what each tab is told is in
 * tabs.test.ts.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';
import { adminKey } from '../integration/keyed-gateway.ts';
import { openTabs, setVisible, useBrowser } from './browser.ts';
import { evaluateInWorker } from './shared-worker.ts';
import { type PageStage, startPageStage } from './stage.ts';
import { countStreams } from './streams.ts';

const open = useBrowser();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function begin(configFor?: Parameters<typeof startPageStage>[0]): Promise<PageStage> {
  const scene = await startPageStage(configFor);
  closing.push(() => scene.stage.stop());
  return scene;
}

const titlesOf = (pages: readonly Page[]): Promise<string[]> =>
  Promise.all(pages.map((page) => page.title()));

/** CI is slow; on a free machine a gateway that is gone shows in 4 s, one that is back in 3 s. */
async function untilTitles(pages: readonly Page[], title: RegExp): Promise<void> {
  const reached = async (): Promise<boolean> =>
    (await titlesOf(pages)).every((one) => title.test(one));
  await expect.poll(reached, { timeout: 10_000, interval: 50 }).toBe(true);
}

it('has one stream for eight tabs, and tells hidden ones the verdict alone', async () => {
  const scene = await begin();
  const streams = countStreams();
  closing.push(streams.stop);
  const { page, context, faults } = await open(scene.stage.gateway.url);
  const hidden = await openTabs(context, scene.stage.gateway.url, 7);
  await untilTitles([page, ...hidden], /^\? /);
  for (const one of hidden) await setVisible(one, false);
  await (await scene.ask('codex', 'anthropic/sim/cut-after-3')).text();
  await untilTitles([page, ...hidden], /^✗ /);
  await page.getByRole('region', { name: 'Agents' }).getByText('codex').waitFor();
  const [behind] = hidden;
  if (behind === undefined) throw new Error('no tab');
  const agents = behind.getByRole('region', { name: 'Agents' });
  expect(await agents.ariaSnapshot()).toContain('Nobody has asked today');
  await setVisible(behind, true);
  await agents.getByText('codex').waitFor({ timeout: 1000 });
  expect([streams.open(), streams.opened()]).toEqual([1, 1]);
  for (const one of [page, ...hidden]) await one.close();
  await expect.poll(streams.open).toBe(0);
  expect(faults).toEqual([]);
});

/** What a browser withholds from a tab that is hidden for long. */
const noTimers = 'globalThis.setInterval = () => 0';

it('is grey in every tab when the gateway is killed, and live again without a click', async () => {
  const { stage } = await begin();
  const serve = (port: string): Promise<GatewayProcess> =>
    startGatewayProcess(stage.home, { HOLDFAST_PORT: port, HOLDFAST_ADMIN_KEY: adminKey });
  writeFileSync(join(stage.home, 'config.yaml'), stage.host.files.readText(stage.configPath));
  const killed = await serve('0');
  const { page, context } = await open(killed.url);
  const hidden = await openTabs(context, killed.url, 7);
  for (const one of hidden) {
    await one.addInitScript(noTimers);
    await one.reload();
    await setVisible(one, false);
  }
  const all = [page, ...hidden];
  await untilTitles(all, /^\? /);
  process.kill(killed.pid, 'SIGKILL');
  await untilTitles(all, /^… /);
  await page.getByRole('alert').getByText('has said nothing for', { exact: false }).waitFor();
  const next = await serve(new URL(killed.url).port);
  closing.push(() => next.stop());
  await untilTitles(all, /^\? /);
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  process.kill(next.pid, 'SIGSTOP'); // as after a sleep: no word, and no end
  await untilTitles(all, /^… /);
  process.kill(next.pid, 'SIGCONT');
  await untilTitles(all, /^\? /);
});

it.each([
  ['knows no shared worker', 'delete globalThis.SharedWorker'],
  [
    'cannot load it',
    `{ const Real = SharedWorker;
       globalThis.SharedWorker = function () { return new Real('/ui/none.js'); } }`,
  ],
])(
  'where the browser %s, a visible tab has a stream and a hidden one none',
  async (_what, script) => {
    const scene = await begin();
    const streams = countStreams();
    closing.push(streams.stop);
    const { page, context } = await open(scene.stage.gateway.url, { script });
    const [behind] = await openTabs(context, scene.stage.gateway.url, 1);
    if (behind === undefined) throw new Error('no tab');
    await expect.poll(streams.open).toBe(2);
    await setVisible(behind, false);
    await expect.poll(streams.open).toBe(1);
    await (await scene.ask('codex')).text();
    await page.getByRole('region', { name: 'Agents' }).getByText('codex').waitFor();
    await setVisible(behind, true);
    await behind.getByRole('region', { name: 'Agents' }).getByText('codex').waitFor();
  },
);

it('loads a newer page by itself, and once where it stays as it is', async () => {
  const { stage } = await begin();
  const { page } = await open(stage.gateway.url);
  await untilTitles([page], /^\? /);
  let loads = 0;
  page.on('load', () => {
    loads += 1;
  });
  await page.route('**/ui/page.json', (route) => route.fulfill({ json: { hash: 'newer' } }));
  await page.reload();
  await expect.poll(() => loads).toBe(2);
  await untilTitles([page], /^\? /);
  await page.waitForTimeout(4000);
  expect(loads).toBe(2);
});

it('notifies once of a change, where a click has asked for it', async () => {
  const plain = (base_url: string, max_wait: number): object => ({
    main: 'sim/sim/plain',
    max_wait,
    providers: { sim: { base_url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  });
  const { stage, ask } = await begin((sim) => plain(sim.url, 2));
  const { url } = stage.gateway;
  const { page, context, browser } = await open(url);
  const button = page.getByRole('button', { name: 'notify of changes' });
  await button.click();
  await page.getByText('the browser does not allow it').waitFor();
  await context.grantPermissions(['notifications'], { origin: url });
  const others = await openTabs(context, url, 7);
  for (const one of others) await setVisible(one, false);
  await evaluateInWorker(browser, url, recordNotices);
  await (await ask('codex')).text();
  await untilTitles([page], /^✓ /);
  await (await ask('codex', 'sim/sim/cut-after-3')).text();
  await untilTitles([page], /^✗ /);
  expect(await evaluateInWorker(browser, url, 'shown')).toEqual([]);
  await button.click();
  await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
  writeFileSync(stage.configPath, JSON.stringify(plain(stage.sim.url, 3)));
  await (await ask('codex')).text();
  await untilTitles([page, ...others], /^✓ /);
  expect(await evaluateInWorker(browser, url, 'shown')).toEqual([
    ['✓ All well.', expect.any(String)],
  ]);
  await page.reload();
  await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
});

const recordNotices = `
  globalThis.shown = [];
  globalThis.Notification = function (title, { body }) { shown.push([title, body]); };
`;
