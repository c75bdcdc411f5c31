/**
 * The scene of the page's pictures says what a person looks for first: whether it works, which key
 * is out, who was rescued, and what will be empty.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene } from '../../scripts/lib/page-scene.ts';
import { launchChromium, openScenePage } from '../../scripts/lib/scene-browser.ts';

const root = join(import.meta.dirname, '../..');
let scene: Scene;
let browser: Browser;
beforeAll(async () => {
  [scene, browser] = await Promise.all([openScene(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

/** What stands in a section, as a person sees it. */
function readText(page: Page, id: string): Promise<string> {
  return page.evaluate<string>(`document.getElementById('${id}').parentElement.innerText`);
}

it('the scene of the pictures answers the first questions', async () => {
  const page = await openScenePage(browser, scene, 'light');
  const said = await page.locator('body').ariaSnapshot();
  expect(said).toMatch(
    /First to run out: .*anthropic plan, 5 h plan.*at 15:06 · in 64 min at this pace/s,
  );
  expect(said).toMatch(/heading "It works\. 1 of 5 keys not usable now · 3 agents/);
  const keys = await readText(page, 'keys');
  expect(keys).toMatch(/openai home\s+out · next try 14:10 · in 8 min[\s\S]*has been revoked/);
  expect(keys).toContain('holdfast auth add openai');
  expect(keys).toMatch(/openai work\s+works without gpt-6-luna until 14:03:21 · in 1[89] s/);
  expect(keys).toMatch(/5 h plan\s+31 % left\s+renews 16:40[\s\S]*empty at 15:06 at this pace/);
  expect(await readText(page, 'rescued')).toMatch(
    /^Rescued and failed\s+◐\s*14:02:55\s*codex\s*main → anthropic\/claude-sonnet-5-5 instead of openai\/gpt-6-luna\s*rate-limit, 2\.1 s/,
  );
});

it('the story of the rescued request is one click away', async () => {
  const page = await openScenePage(browser, scene, 'dark');
  await page.getByRole('link', { name: `why ${scene.rescued}` }).click();
  await page.getByText('rests until 14:03:21 (set by openai)', { exact: false }).waitFor();
});

describe.each(['light', 'dark'])('the %s picture', (scheme) => {
  it('is there, and is loaded fast', () => {
    const bytes = readFileSync(join(root, `docs/pictures/page-${scheme}.png`)).length;
    expect(bytes).toBeLessThan(180_000);
  });
});
