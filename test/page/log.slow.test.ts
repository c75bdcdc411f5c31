/** The view *Log* of a gateway that writes files: lines as they come, filtered, by whom. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';
import { adminKey } from '../integration/keyed-gateway.ts';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const open = useBrowser();
let scene: PageStage;
let gateway: GatewayProcess;
beforeAll(async () => {
  scene = await startPageStage((sim) => ({
    main: 'sim/sim/plain',
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  }));
  gateway = await startGatewayProcess(scene.stage.home, { HOLDFAST_ADMIN_KEY: adminKey });
});
afterAll(async () => {
  await gateway.stop();
  await scene.stage.stop();
});

it('shows lines as they are written, those that are asked for, and who changed something', async () => {
  const { page, faults } = await open(gateway.url);
  await page.goto(`${gateway.url}/ui/#log`);
  const log = page.getByRole('region', { name: 'Log' });
  await gateway.ask('sim/sim/status-400');
  await log.getByText('status-400', { exact: false }).first().waitFor();
  await page.evaluate(`fetch('/admin/reset', { method: 'POST', body: '{}',
    headers: { 'content-type': 'application/json' } })`);
  await log.getByText('admin asks for /admin/reset from the page').waitFor();
  await log.getByRole('searchbox').fill('status-400');
  await expect.poll(() => log.getByText('/admin/reset', { exact: false }).count()).toBe(0);
  await log.getByRole('link', { name: 'why' }).first().click();
  await page.getByRole('region', { name: 'Candidates' }).waitFor();
  expect(faults).toEqual([]);
});
