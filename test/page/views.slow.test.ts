/** Every view of the page: what it says, on each width and scheme, and to a screen reader. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const open = useBrowser();
let scene: PageStage;
beforeAll(async () => {
  scene = await startPageStage();
  for (let count = 0; count < 8; count += 1) await (await scene.ask('编程助手')).text();
  await (await scene.ask('a-caller-with-a-long-name-'.repeat(2), 'anthropic/claude')).text();
});
afterAll(() => scene.stage.stop());

/** What a screen reader is told in each view. */
const views: Readonly<Record<string, readonly RegExp[]>> = {
  now: [
    /Least left: anthropic plan, 5 h plan, \d+ % left/,
    /img "5 h plan: \d+ % left, \d+ % of its time left"/,
    /heading "It works\. 3 of 5 keys not usable now/,
    /region "Rescued and failed"[\s\S]*编程助手/,
  ],
  keys: [
    /region "openai home"[\s\S]*Insufficient balance\.[\s\S]*button "reset openai:config:home"/,
  ],
  tasks: [
    /listitem: openai\/sim\/plain|link "openai\/sim\/plain"/,
    /What would happen to main[\s\S]*"429"|strong: "429"/,
  ],
  cost: [/free 9 requests · [\d,]+ → [\d,]+ tokens · \d+ % cached/, /button "today" \[pressed\]/],
  history: [
    /slider "Requests"/,
    /table:[\s\S]*rowheader "编程助手"[\s\S]*cell "8"/,
    /group:[\s\S]*each time in figures/,
  ],
  log: [/searchbox "only lines with"/],
  doctor: [/button "run the checks"/],
};
const shapes = [
  { scheme: 'light' },
  { scheme: 'dark' },
  { scheme: 'light', width: 390, height: 844 },
] as const;

async function findSerious(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; impact: string }[] }>('axe.run()');
  return found.violations.flatMap(({ id, impact }) =>
    impact === 'serious' || impact === 'critical' ? [id] : [],
  );
}

describe.each(Object.keys(views))('the view %s', (view) => {
  it.each(shapes)('says what it is for, fits, and can be used by all: %o', async (shape) => {
    const { page, faults } = await open(scene.stage.gateway.url, shape);
    await page.goto(`${scene.stage.gateway.url}/ui/#${view}`);
    for (const said of views[view] ?? [])
      await expect.poll(() => page.locator('body').ariaSnapshot()).toMatch(said);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await findSerious(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

it('lets a person go through the views by keyboard alone', async () => {
  const { page } = await open(scene.stage.gateway.url);
  await page.getByRole('region', { name: 'Keys' }).waitFor();
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Tasks' }).waitFor();
  expect(await page.locator('[aria-current=page]').textContent()).toBe('Tasks');
});

it('ends what holds a key back, by a button', async () => {
  const { page, faults } = await open(scene.stage.gateway.url);
  await page.goto(`${scene.stage.gateway.url}/ui/#keys`);
  await page.getByRole('button', { name: 'reset openai:config:home' }).click();
  await page.getByText('1 mark ended; the next request asks it').waitFor();
  expect(faults).toEqual([]);
});

it('shows a caller with its own key its own requests, and nothing of others', async () => {
  const { page, faults } = await open(scene.stage.gateway.url, {
    key: await scene.keyOf('a-caller-with-a-long-name-'.repeat(2)),
  });
  await page.getByRole('region', { name: 'Answered' }).getByRole('listitem').waitFor();
  const seen = await page.locator('body').ariaSnapshot();
  expect(seen).toContain('anthropic/claude');
  expect(seen).not.toMatch(/编程助手|openai/);
  await page.getByRole('link', { name: /^why/ }).click();
  await page.getByText('the first that was asked', { exact: false }).waitFor();
  await page.getByRole('link', { name: 'Cost' }).click();
  await page.getByText('1 request ·', { exact: false }).first().waitFor();
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
});
