/** The view of a request: where its time went, its candidates, and what was asked and answered. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordsAnswer } from '../../src/gateway/admin/answers.ts';
import { adminKey } from '../integration/keyed-gateway.ts';
import { useBrowser } from './browser.ts';
import { type PageStage, startPageStage } from './stage.ts';

const open = useBrowser();
let scene: PageStage;
beforeAll(async () => {
  scene = await startPageStage((sim) => ({
    main: 'first/sim/cut-after-40',
    records: { content: true },
    providers: {
      first: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
    },
    gateway: { port: 0 },
  }));
});
afterAll(() => scene.stage.stop());

const ask = async (model: string): Promise<void> => {
  const messages = [{ role: 'user', content: 'a question of the test' }];
  await (await scene.ask('codex', model, { stream: true, messages })).text();
};

it('shows each attempt with its phases, the joint, the candidates and the words', async () => {
  await ask('main');
  const { page, faults } = await open(scene.stage.gateway.url);
  await page.getByRole('link', { name: /^why/ }).first().click();
  const time = page.getByRole('region', { name: 'Time' });
  await time.getByText('joint').waitFor();
  const said = await time.ariaSnapshot();
  expect(said).toMatch(
    /first\/sim\/cut-after-40[\s\S]*connected after .*, head after .*, first word after .*, cut after/,
  );
  expect(said).toMatch(/pause[\s\S]*first\/sim\/cut-after-40[\s\S]*head after .*, answered after/);
  expect(said).toMatch(/first\/sim\/cut-after-40 → first\/sim\/cut-after-40 at character \d+/);
  const drawn = await time
    .locator('rect[data-state]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-state')));
  expect(drawn).toEqual(expect.arrayContaining(['connect', 'head', 'content', 'failed']));
  expect(drawn.slice(-2)).toEqual(['answered', 'joint']);
  await page.getByRole('group').getByText('each attempt').click();
  await page.getByText('a question of the test', { exact: false }).waitFor();
  expect(faults).toEqual([]);
});

it('shows a wait for capacity, before the first attempt or between two', async () => {
  const { gateway, sim } = scene.stage;
  const asked = sim.log().length;
  const one = ask('first/sim/429-once-after-1');
  await expect.poll(() => sim.log().length).toBe(asked + 1);
  await Promise.all([one, ask('first/sim/429-once-after-1')]);
  const headers = { authorization: `Bearer ${adminKey}` };
  const answer = await fetch(`${gateway.url}/admin/records?limit=2`, { headers });
  const { records } = parseRecords(await answer.json());
  expect(records.map(({ attempts }) => attempts.length).sort()).toEqual([1, 2]);
  const { page } = await open(gateway.url);
  for (const { id, attempts } of records) {
    await page.goto(`${gateway.url}/ui/#request/${id}`);
    const time = page.getByRole('region', { name: 'Time' });
    await time.getByText(attempts.length === 1 ? 'queue' : 'pause', { exact: true }).waitFor();
    await time.getByText(/^waited (1\.\d s|9\d\d ms|8\d\d ms)/).waitFor();
  }
});

function parseRecords(body: unknown): RecordsAnswer {
  return body as RecordsAnswer;
}
