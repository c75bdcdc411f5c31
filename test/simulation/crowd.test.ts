/**
 * 200 agents on one provider that goes away: who is held, who is answered, and what the provider
 * sees of it (laws 7 and 11).
 */

import { describe, expect, it } from 'vitest';
import { type CrowdReport, playCrowd } from './crowd.ts';

const minute = 60_000;
const crowd = { callers: 200, perMinute: 60, restMs: 30 * minute };

/** Shown with `npm test -- crowd`. */
function report(name: string, found: CrowdReport): CrowdReport {
  process.stdout.write(`${name}: ${JSON.stringify(found)}\n`);
  return found;
}

describe('200 agents in an outage, with 60 requests a minute allowed after it', () => {
  it('lose nothing in one of 10 s: each has made one POST', async () => {
    const found = report('10 s', await playCrowd({ ...crowd, downMs: 10_000 }));
    expect(found).toMatchObject({ lost: 0, unanswered: 0, posts: 200 });
    // The 200 that were out already, their share of retries, and probes.
    expect(found.seenWhileDown).toBeLessThanOrEqual(200 + 40 + 10);
  });

  it('are held for 100 s in one of 3 min, and the provider sees its windows, not the crowd', async () => {
    const found = report('3 min', await playCrowd({ ...crowd, downMs: 3 * minute }));
    expect(found.unanswered).toBe(0);
    expect(found.busiestWhileDown).toBeLessThanOrEqual(6);
    expect(found.longestHeldMs).toBeLessThanOrEqual(600_000);
  });
});
