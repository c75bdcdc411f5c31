/** What the page finds out and changes: the doctor, the test of a key, and who did it. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const open = useBrowser();
let scene: PageStage;
const changes: string[] = [];
beforeAll(async () => {
  scene = await startPageStage();
  scene.stage.runtime.subscribe((event) => {
    if (event.type === 'change-asked') changes.push(event.text);
  });
  for (let count = 0; count < 7; count += 1) await (await scene.ask('codex')).text();
});
afterAll(() => scene.stage.stop());

it('runs the doctor, one at a time, and keeps what it found with its time', async () => {
  const { page, context, faults } = await open(scene.stage.gateway.url);
  await page.getByRole('link', { name: 'Doctor' }).click();
  const doctor = page.getByRole('region', { name: 'Doctor' });
  await doctor.getByRole('button', { name: 'run the checks' }).click();
  await doctor.getByRole('status').getByText('it looks at', { exact: false }).waitFor();
  const other = await context.newPage();
  await other.goto(`${scene.stage.gateway.url}/ui/#doctor`);
  await other.getByRole('button', { name: 'run the checks' }).click();
  await other.getByText('another doctor is under way', { exact: false }).waitFor();
  await doctor.getByText(/^last run at/).waitFor();
  const found = await doctor.ariaSnapshot();
  expect(found).toMatch(/\d+ checks passed/);
  expect(found).toMatch(
    /worth knowing[\s\S]*no money left[\s\S]*button "copy [^"]*auth reset openai"/,
  );
  expect(found).toContain('Not checked: whether keys work now');
  await page.getByRole('link', { name: 'Log' }).click();
  await page.getByRole('link', { name: 'Doctor' }).click();
  await doctor.getByText(/^last run at/).waitFor();
  expect(changes).toContain('admin asks for /admin/doctor from the page');
  expect(faults).toEqual([]);
});

it('tests a key after it has said what that costs, and shows what came with its fix', async () => {
  const { page, faults } = await open(scene.stage.gateway.url);
  await page.goto(`${scene.stage.gateway.url}/ui/#keys`);
  const before = scene.stage.sim.log().length;
  const key = page.getByRole('region', { name: 'openai old' });
  await key.getByRole('button', { name: 'test openai:config:old' }).click();
  await key.getByText('It costs one question of about 20 tokens', { exact: false }).waitFor();
  await key.getByRole('button', { name: 'leave it' }).click();
  expect(scene.stage.sim.log().length).toBe(before);
  await key.getByRole('button', { name: 'test openai:config:old' }).click();
  await key.getByRole('button', { name: 'ask openai' }).click();
  await key.getByText('refused, asked openai/', { exact: false }).waitFor();
  await expect
    .poll(() => key.ariaSnapshot())
    .toMatch(/explain auth-revoked[\s\S]*a key that works/);
  const good = page.getByRole('region', { name: 'anthropic plan' });
  await good.getByRole('button', { name: 'test anthropic:config:plan' }).click();
  await good.getByRole('button', { name: 'ask anthropic' }).click();
  await good.getByText('works, asked anthropic/', { exact: false }).waitFor();
  expect(changes).toContain('admin asks for /admin/test from the page');
  expect(faults).toEqual([]);
});

it('shows a caller with its own key no doctor and no keys', async () => {
  const { page } = await open(scene.stage.gateway.url, { key: await scene.keyOf('codex') });
  await page.getByRole('region', { name: 'Answered' }).waitFor();
  expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual([
    'Requests',
    'Cost',
    'History',
  ]);
  await page.goto(`${scene.stage.gateway.url}/ui/#doctor`);
  await page.getByText('There is no view doctor').waitFor();
});

it('says one line where its script does not run', async () => {
  const { page, browser } = await open(scene.stage.gateway.url);
  const state = await page.context().storageState();
  const bare = await browser.newContext({ javaScriptEnabled: false, storageState: state });
  const shown = await bare.newPage();
  await shown.goto(`${scene.stage.gateway.url}/ui/`);
  await shown.getByText('The page has not loaded: it needs JavaScript', { exact: false }).waitFor();
  await page.route('**/page-*.js', (route) => route.abort());
  await page.reload();
  await page.getByText('The page has not loaded: it needs JavaScript', { exact: false }).waitFor();
});
