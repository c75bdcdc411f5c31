/**
 * The page and its gateway: what happens when the gateway ends and starts again, what 200 answers
 * on their way cost, and that what others have named is never run or shown as markup.
 */

import { afterEach, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { adminKey, key } from '../integration/keyed-gateway.ts';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const open = useBrowser();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function begin(configFor?: Parameters<typeof startPageStage>[0]): Promise<PageStage> {
  const scene = await startPageStage(configFor);
  closing.push(() => scene.stage.stop());
  return scene;
}

it('is grey while no gateway is there, and finds the next one by itself', async () => {
  const { stage } = await begin();
  const { page } = await open(stage.gateway.url);
  const link = page.locator('.link');
  await expect.poll(() => link.textContent()).toMatch(/^live/);
  await stage.gateway.close();
  await expect.poll(() => link.textContent(), { timeout: 10_000 }).toMatch(/^no news/);
  expect(await page.title()).toBe('… Holdfast');
  await page.getByRole('alert').getByText('has said nothing for', { exact: false }).waitFor();
  const host = createNodeHost({ HOLDFAST_HOME: stage.home });
  const runtime = createRuntime({ host, flags: { port: stage.gateway.port }, store: 'in-place' });
  const next = await startGateway({ runtime, key, adminKey });
  closing.push(async () => {
    await next.close();
    await runtime.close();
    await host.close();
  });
  await expect.poll(() => link.textContent(), { timeout: 10_000 }).toMatch(/^live/);
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
});

it('shows what others have named as text, and runs none of it', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  const { stage } = await begin((sim) => ({
    main: 'sim/sim/plain',
    providers: {
      sim: {
        base_url: sim.url,
        protocol: 'openai-chat',
        credentials: [{ label: evil, api_key: 'sk-sim-good' }],
      },
    },
    gateway: { port: 0 },
  }));
  const { page, faults } = await open(stage.gateway.url);
  for (const model of ['main', `sim/${evil}`, `sim/sim/status-400+${evil}`])
    await fetch(`${stage.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'user-agent': `${evil}/1`,
      },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: evil }] }),
    }).then((response) => response.text());
  await page.getByRole('region', { name: 'Agents' }).getByText('<img', { exact: false }).waitFor();
  await page.getByRole('region', { name: 'Keys' }).getByText(evil).waitFor();
  for (const view of ['keys', 'tasks', 'cost', 'log', evil]) {
    await page.goto(`${stage.gateway.url}/ui/#${view}`);
    await page.locator('main').waitFor();
  }
  expect(await page.locator('img').count()).toBe(0);
  expect(faults).toEqual([]);
});

it('is told of 200 answers on their way in less than 100 kB a second', async () => {
  const { stage, ask } = await begin((sim) => ({
    main: 'sim/sim/pace-100ms',
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  }));
  const events = await fetch(`${stage.gateway.url}/admin/events`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  const messages = [{ role: 'user', content: 'hello ~3/150' }];
  const answers = Array.from({ length: 200 }, async () => {
    await (await ask('crowd', 'main', { stream: true, messages })).text();
  });
  let bytes = 0;
  let begun: number | undefined;
  for await (const chunk of events.body ?? []) {
    begun ??= performance.now();
    bytes += chunk.length;
    if (performance.now() - begun > 6000) break;
  }
  expect(bytes / 6).toBeLessThan(100_000);
  await Promise.all(answers);
});
