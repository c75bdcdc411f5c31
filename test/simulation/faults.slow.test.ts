/** A thousand seeds, which tell what CPU they took; npm test plays the first of them. */

import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const count = 1000;

describe('a thousand simulations', () => {
  it('break no law', async () => {
    const before = process.cpuUsage();
    const violations: string[] = [];
    let attempts = 0;
    for (let seed = 1; seed <= count; seed++) {
      const played = await play(seed);
      violations.push(...played.violations);
      attempts += played.attempts;
    }
    const { user, system } = process.cpuUsage(before);
    expect(violations).toEqual([]);
    expect(attempts).toBeGreaterThan(10 * count);
    process.stdout.write(`${count} simulations: ${Math.round((user + system) / 1e6)} s of CPU\n`);
  });
});
