/**
 * Both official SDKs with a limit of 60 s, and one that announces none: in an outage of minutes
 * they get our sentence (law 11).
 */

import { afterAll, beforeAll, it } from 'vitest';
import { type DownStage, expectTold, startDownStage } from './sdk-limits.ts';

const limitMs = 60_000;
let stage: DownStage;
beforeAll(async () => {
  stage = await startDownStage();
});
afterAll(() => stage.close());

it('tells all of them in time who was asked and why it failed', { timeout: 90_000 }, async () => {
  await expectTold(stage.calls(limitMs), limitMs - 1000);
});

it('tells the second try of a client whose limit nobody was told', {
  timeout: 90_000,
}, async () => {
  await expectTold([stage.callOfClient(10_000)], 60_000);
});
