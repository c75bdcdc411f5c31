/** The view *Now* in a real browser, as a person and a screen reader meet it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenPage } from './browser.ts';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const open = useBrowser();
let scene: PageStage;
beforeAll(async () => {
  scene = await startPageStage();
});
afterAll(() => scene.stage.stop());

/** CI is slow; on a free machine it is a quarter of a second. */
const soonMs = 1000;

const show = (options = {}): Promise<OpenPage> => open(scene.stage.gateway.url, options);

describe('now', () => {
  it('says at first that nothing is known, then what each request has shown', async () => {
    const { page, faults } = await show();
    const keys = page.getByRole('region', { name: 'Keys' });
    await keys.getByText('not tried yet').first().waitFor();
    expect(await page.title()).toBe('? Holdfast');
    for (let count = 0; count < 7; count += 1) await (await scene.ask('claude-code')).text();
    const rescued = page.getByRole('region', { name: 'Rescued and failed' });
    await rescued.getByText('main → anthropic/claude-sim').waitFor({ timeout: soonMs });
    await keys.getByText('Insufficient balance.').waitFor({ timeout: soonMs });
    await keys.getByText('holdfast auth reset openai').waitFor({ timeout: soonMs });
    expect(await page.getByRole('region', { name: 'Agents' }).ariaSnapshot()).toMatch(
      /claude-code[\s\S]*7 asked · [\s\S]*1 rescued/,
    );
    const slow = scene.ask('codex', 'anthropic/sim/pace-100ms', { stream: true });
    const live = page.getByRole('region', { name: 'In progress' });
    await live.getByText('codex').waitFor({ timeout: soonMs });
    await (await slow).text();
    await live.getByText('None.').waitFor({ timeout: soonMs });
    expect(await page.title()).toBe('◐ Holdfast');
    await (await scene.ask('codex', 'anthropic/sim/cut-after-3')).text();
    await rescued.getByText('not answered').waitFor({ timeout: soonMs });
    await expect.poll(() => page.title(), { timeout: soonMs }).toBe('✗ Holdfast');
    expect(faults).toEqual([]);
  });

  it('leads to the story of a request, which is that of `holdfast why`', async () => {
    const { page, faults } = await show();
    await page.getByRole('link', { name: /^why/ }).first().click();
    await page.getByText('No target answered, after', { exact: false }).waitFor();
    const [time, candidates] = ['Time', 'Candidates'].map((name) =>
      page.getByRole('region', { name }),
    );
    expect(await time?.ariaSnapshot()).toContain('anthropic/sim/cut-after-3 · plan');
    expect(await candidates?.ariaSnapshot()).toMatch(
      /key spare[\s\S]*not asked: not set: looked for/,
    );
    await page.getByRole('group').getByText('each attempt').click();
    await page.getByText('asked: anthropic/sim/cut-after-3', { exact: false }).waitFor();
    await page.goto(`${scene.stage.gateway.url}/ui/#request/hfr_nobody`);
    await page
      .getByText('no request hfr_nobody is recorded in this gateway', { exact: false })
      .waitFor();
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
  });
});
