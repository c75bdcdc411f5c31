/**
 * Curves over time in a real browser: their figures, the requests of a spike, and the hole of an
 * outage. An older run of the gateway is written into the state file.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeriesRow } from '../../src/model/series.ts';
import { emptySeries } from '../../src/store/series.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { recordOf } from '../fakes/record.ts';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const open = useBrowser();
const minute = 60_000;
let scene: PageStage;
/** When the minute of the spike began. */
let spikeAt: number;

beforeAll(async () => {
  scene = await startPageStage();
  const { host, runtime } = scene.stage;
  const thisMinute = Math.floor(Date.now() / minute) * minute;
  spikeAt = thisMinute - 30 * minute;
  const rowAt = (at: number, more: Partial<SeriesRow> = {}): SeriesRow => ({
    ...emptySeries,
    step: 'minute',
    at,
    ...more,
  });
  const spike = {
    caller: 'codex',
    target: 'openai/sim/plain',
    asked: 9,
    rescued: 1,
    failed: 3,
    tokens: 9000,
    cachedTokens: 4000,
    usd: 1.5,
    firstContent: emptySeries.firstContent.map((_, bucket) => (bucket === 3 ? 6 : 0)),
  };
  const earlier = Array.from({ length: 10 }, (_, index) => rowAt(spikeAt - index * minute));
  const store = createInPlaceStore(host, runtime.paths.stateFile);
  await store.addSeries([...earlier, rowAt(spikeAt, spike)]);
  await store.appendRecords(
    [1, 2, 3, 4].map((id) =>
      recordOf({
        id: `hfr_spike${id}`,
        // the last one began in the minute and ended after it
        at: spikeAt + id * 14_000,
        durationMs: 5000,
        caller: id === 2 ? 'claude-code' : 'codex',
        outcome: id === 1 ? 'failed' : 'answered',
        answeredBy: id === 1 ? undefined : 'openai/sim/plain',
      }),
    ),
  );
  await store.close();
  await (await scene.ask('claude-code', 'anthropic/claude-sim')).text();
});
afterAll(() => scene.stage.stop());

const slider = (page: Page, name: string) => page.getByRole('slider', { name });
const textOf = (page: Page, name: string) => slider(page, name).getAttribute('aria-valuetext');

async function show(of = ''): Promise<Page> {
  const { page } = await open(scene.stage.gateway.url);
  await page.goto(`${scene.stage.gateway.url}/ui/#history/${of}`);
  await slider(page, 'Requests').waitFor();
  return page;
}

/** Goes back by keys until a point says so: a minute may end meanwhile. */
async function goBackTo(page: Page, name: string, said: RegExp): Promise<void> {
  await slider(page, name).focus();
  for (let count = 0; count < 40; count += 1) {
    if (said.test((await textOf(page, name)) ?? '')) return;
    await page.keyboard.press('ArrowLeft');
  }
}

describe('curves', () => {
  it('say each time in figures, and that nobody was there in an outage', async () => {
    const page = await show('hour');
    await goBackTo(page, 'Requests', /: asked 1, rescued 0, failed 0$/);
    await goBackTo(page, 'Tokens', /: no gateway$/);
    await goBackTo(page, 'Requests', /: asked 9, rescued 1, failed 3$/);
    expect(await textOf(page, 'First content')).toMatch(/: p50 375 ms, p95 488 ms$/);
    expect(await textOf(page, 'Tokens')).toMatch(/: cached 4,000, not cached 5,000$/);
    expect(await textOf(page, 'Cost')).toMatch(/: USD \$1\.50$/);
    await page.keyboard.press('ArrowLeft');
    expect(await textOf(page, 'Requests')).toMatch(/: asked 0, rescued 0, failed 0$/);
    await page.getByText('each time in figures').click();
    const times = await page.getByRole('region', { name: 'each time' }).ariaSnapshot();
    expect(times).toMatch(/cell "9"[\s\S]*cell "4,000"[\s\S]*cell "\$1\.50"/);
    expect(times.match(/no gateway/g)?.length).toBeGreaterThan(40);
  });

  it('list the requests of a spike by keys, all or the failed ones', async () => {
    const page = await show('hour');
    await goBackTo(page, 'Cost', /USD \$1\.50$/);
    await page.keyboard.press('Enter');
    const spike = page.getByRole('region', { name: / requests?$/ });
    await expect.poll(() => spike.getByRole('listitem').count()).toBe(3);
    await spike.getByRole('button', { name: 'failed' }).click();
    await expect.poll(() => spike.getByRole('listitem').count()).toBe(1);
    await spike.getByRole('link', { name: 'why hfr_spike1' }).click();
    await page.getByRole('heading', { name: 'Request hfr_spike1' }).waitFor();
  });

  it('list them at a click, of one caller alone', async () => {
    const page = await show('hour');
    await page.getByRole('button', { name: 'codex' }).click();
    await goBackTo(page, 'Requests', /asked 9/);
    const index = Number(await slider(page, 'Requests').getAttribute('aria-valuenow'));
    const box = await slider(page, 'Requests').boundingBox();
    const { x = 0, y = 0, width = 0, height = 0 } = box ?? {};
    await page.mouse.click(x + ((index + 0.5) / 60) * width, y + height / 2);
    await page.getByRole('region', { name: / 2 requests$/ }).waitFor();
    expect(page.url()).toMatch(new RegExp(`#history/hour%2F${spikeAt}$`));
  });

  it.each(['day', 'month'])('reach over a %s', async (reach) => {
    const page = await show(reach);
    const table = page.getByRole('region', { name: 'by caller' });
    await expect.poll(() => table.ariaSnapshot()).toMatch(/rowheader "all"/);
    await page.getByRole('button', { name: 'target' }).click();
    await page.getByRole('button', { name: 'anthropic/claude-sim' }).waitFor();
  });
});

it('leads from the hour on *Now* to the requests of a minute', async () => {
  const { page, faults } = await open(scene.stage.gateway.url);
  await slider(page, 'Requests').waitFor();
  await goBackTo(page, 'Requests', /: asked 1,/);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: / 1 request$/ }).waitFor();
  expect(faults).toEqual([]);
});
