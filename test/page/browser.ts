/**
 * A real browser in front of a real gateway: what a person sees of the page. It is let in by a link
 * as `holdfast ui` makes one.
 */

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { makeLink } from '../integration/page-stage.ts';

/** Debian's package; CI installs it (.ci/run). */
const executablePath = '/usr/bin/chromium';

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  /** A caller's key for the form. Default: an admin's link. */
  readonly key?: string;
  /** Runs before the page in each tab. */
  readonly script?: string;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly browser: Browser;
  /** Errors of the page, refusals of its policy, and requests to any other host. */
  readonly faults: string[];
}

/** To be called once, at the top of a test file. */
export function useBrowser(): (url: string, options?: OpenOptions) => Promise<OpenPage> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  return (url, options) => openPage(browser, url, options);
}

/** As root, Chromium runs only without its sandbox. */
function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** The form of who has not been let in. */
async function enterWithKey(page: Page, url: string, key: string): Promise<void> {
  await page.goto(`${url}/ui/`);
  await page.getByLabel('with the gateway key', { exact: false }).fill(key);
  await page.getByRole('button', { name: 'Open' }).click();
}

async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, height = 900, scheme = 'light', key, script }: OpenOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
  });
  if (script !== undefined) await context.addInitScript(script);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      faults.push(`a request to ${request.url()}`);
  });
  if (key === undefined) await page.goto(await makeLink(url));
  else await enterWithKey(page, url, key);
  return { page, context, browser, faults };
}

/** More tabs of the browser that was let in. */
export async function openTabs(context: BrowserContext, url: string, many: number) {
  const pages = await Promise.all(Array.from({ length: many }, () => context.newPage()));
  for (const page of pages) await page.goto(`${url}/ui/`);
  return pages;
}

/** Playwright keeps every tab visible: what a tab behind another one sees is played here. */
export async function setVisible(page: Page, isVisible: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState',
      { configurable: true, get: () => '${isVisible ? 'visible' : 'hidden'}' });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}
