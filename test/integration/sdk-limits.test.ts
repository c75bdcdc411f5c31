/**
 * Both official SDKs with a limit of 10 s, in an outage of minutes: they get our sentence, not
 * their own time-out (law 11).
 */

import { afterAll, beforeAll, it } from 'vitest';
import { type DownStage, expectTold, startDownStage } from './sdk-limits.ts';

const limitMs = 10_000;
let stage: DownStage;
beforeAll(async () => {
  stage = await startDownStage();
});
afterAll(() => stage.close());

it('tells all of them in time who was asked and why it failed', { timeout: 20_000 }, async () => {
  await expectTold(stage.calls(limitMs), limitMs - 1000);
});
