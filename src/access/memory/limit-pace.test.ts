/** Whether a limit window lasts at the pace of late. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planHeaders, stageLimits, start } from '../../../test/fakes/limit-stage.ts';
import type { Headers } from '../../model/request.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];

const bucketHeaders = (left: number): Headers => ({
  'x-ratelimit-limit-tokens': '200',
  'x-ratelimit-remaining-tokens': String(left),
  'x-ratelimit-reset-tokens': '59m',
});

describe('the pace', () => {
  type Reading = readonly [atMs: number, used: number, renewsMs?: number];
  const m = minuteMs;
  it.each<readonly [string, readonly Reading[], number, number | undefined]>([
    ['since the window began', [[0, 0.75]], 0, 40 * m],
    ['which lasts', [[0, 0.4]], 0, undefined],
    ['which lasts by a minute', [[0, 0.398]], 0, undefined],
    ['which does not last by a minute', [[0, 0.402]], 0, 179 * m],
    ['of a window of which nothing was used', [[0, 0]], 0, undefined],
    ['of a window that is empty', [[0, 1]], 0, undefined],
    ['too soon after it began', [[0, 0.2, 286 * m]], 0, undefined],
    ['soon after it began', [[0, 0.2, 284 * m]], 0, 64 * m],
    ['still, a while after the reading', [[0, 0.75]], 15 * m, 40 * m],
    ['no more, long after the reading', [[0, 0.75]], 15 * m + 1, undefined],
    [
      'since an earlier reading',
      [
        [0, 0.1, 120 * m],
        [20 * m, 0.3, 120 * m],
      ],
      20 * m,
      90 * m,
    ],
    [
      'not since one that is too near',
      [
        [0, 0.1, 120 * m],
        [10 * m, 0.3, 120 * m],
      ],
      10 * m,
      undefined,
    ],
    [
      'not since one of the window before',
      [
        [-20 * m, 0.9, 0],
        [0, 0.4, 200 * m],
      ],
      0,
      150 * m,
    ],
    [
      'of late, after a burst',
      [
        [0, 0.9, 200 * m],
        [16 * m, 0.901, 200 * m],
      ],
      16 * m,
      undefined,
    ],
    [
      'of a window that was set back',
      [
        [0, 0.9, 200 * m],
        [16 * m, 0.5, 200 * m],
      ],
      16 * m,
      undefined,
    ],
    [
      'of readings every minute, over the latest quarter of an hour and more',
      Array.from({ length: 61 }, (_, minutes): Reading => {
        const used = minutes < 30 ? 0.1 : 0.1 + (minutes - 30) * 0.02;
        return [minutes * m, used, 200 * m];
      }),
      60 * m,
      75 * m,
    ],
  ])('%s', (_, readings, atMs, expected) => {
    const { note, list } = stageLimits();
    for (const [readAt, used, renewsMs = 180 * m] of readings)
      note(planHeaders('5h', used, renewsMs), readAt);
    const [window] = list(atMs);
    expect(window?.emptyAt && Math.round((window.emptyAt - start) / m)).toBe(
      expected && expected / m,
    );
  });

  it('says nothing of a bucket', () => {
    const { note, list } = stageLimits();
    for (let at = 0; at < 100; at++) note(bucketHeaders(200 - at), at * minuteMs);
    expect(list(99 * minuteMs)[0]?.emptyAt).toBeUndefined();
  });

  it('is told at the time of a real end only', () => {
    const hours = fc.double({ min: 0, max: 5, noNaN: true });
    const used = fc.double({ min: 0, max: 1, noNaN: true });
    const readings = fc.array(fc.tuple(hours, used), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(readings, hours, (all, later) => {
        const { note, list } = stageLimits();
        const sorted = all.toSorted(([one], [other]) => one - other);
        for (const [hour, share] of sorted)
          note(planHeaders('5h', share, 5 * hourMs), hour * hourMs);
        const [window] = list(later * hourMs);
        if (window?.emptyAt === undefined) return;
        expect(window.emptyAt).toBeGreaterThan(start + later * hourMs);
        expect(window.emptyAt).toBeLessThan(window.renewsAt ?? 0);
      }),
    );
  });
});
