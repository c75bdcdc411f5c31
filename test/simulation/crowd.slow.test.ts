/**
 * 200 agents on one provider that is away for three hours, on the fake clock: it sees one request a
 * window (law 7).
 */

import { expect, it } from 'vitest';
import { playCrowd } from './crowd.ts';

it('shows a provider that is down for three hours at most one request in 25 s, and everybody is answered after it', async () => {
  const hours = 3 * 3_600_000;
  const found = await playCrowd({ callers: 200, perMinute: 60, downMs: hours, restMs: 3_600_000 });
  process.stdout.write(`3 h: ${JSON.stringify(found)}\n`);
  expect(found.unanswered).toBe(0);
  expect(found.seenWhileDown).toBeLessThanOrEqual(200 + 40 + 80 + hours / 25_000);
});
