/**
 * Every handler takes time that grows with what it is given, not with its square: at four times the
 * size at most nine times as long.
 */

import { describe, expect, it } from 'vitest';
import { growthOf, mostGrowth, quickMs } from './growth.ts';
import { saidWorks } from './said-works.ts';
import { works } from './works.ts';

describe.each([...works, ...saidWorks])('$name', (work) => {
  it('is linear', { timeout: 60_000 }, () => {
    const { ratio, largeMs } = growthOf(work);
    expect(
      largeMs < quickMs || ratio < mostGrowth,
      `${ratio.toFixed(1)} times, ${largeMs.toFixed(0)} ms`,
    ).toBe(true);
  });
});
