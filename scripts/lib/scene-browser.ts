/** Debian's Chromium in front of the scene of the page's pictures, with the scene's time. */

import { type Browser, chromium, type Page } from 'playwright-core';
import type { Scene } from './page-scene.ts';
import { takenAt } from './scene-answers.ts';

/** README shows it about this wide. */
export const width = 1180;

/** As root, Chromium runs only without its sandbox. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** Opens the page by a link; it is sharp on any screen, and in UTC. */
export async function openScenePage(
  browser: Browser,
  scene: Scene,
  colorScheme: 'light' | 'dark',
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 1400 },
    deviceScaleFactor: 2,
    colorScheme,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.addInitScript('delete globalThis.SharedWorker'); // it would have the time of today
  await page.clock.setFixedTime(takenAt);
  await page.goto(await scene.link());
  await page.getByRole('region', { name: 'Rescued and failed' }).waitFor();
  return page;
}
