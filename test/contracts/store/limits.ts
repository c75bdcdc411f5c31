/** What was read of limits of which little is left, in every store. */

import { expect, it } from 'vitest';
import type { LimitReading } from '../../../src/model/credential.ts';
import { limitsLimit } from '../../../src/store/policy.ts';
import type { Store } from '../../../src/store/store.ts';
import { minute, type Present, start } from './rows.ts';

/** A reading of `account`, made and over so many minutes after the start. */
export function readingOf(
  account: string,
  [asOf, until]: readonly [asOf: number, until: number],
  facts: Partial<LimitReading> = {},
): LimitReading {
  return {
    site: 'https://p.example/v1',
    account,
    credential: 'p:config',
    of: 'requests',
    model: 'm',
    share: 0.05,
    left: 1,
    limit: 20,
    ...facts,
    asOf: start + asOf * minute,
    until: start + until * minute,
  };
}

export function testLimits(store: Present): void {
  const limitsIn = async (present: Store) =>
    [...(await present.readHealth()).limits].sort(
      (one, other) => one.until - other.until || one.asOf - other.asOf,
    );

  it('stay until their end, each as it was read last', async () => {
    const whole = readingOf('b', [0, 9], {
      lengthMs: 9 * minute,
      refills: true,
      sparesCache: true,
      renewsAt: start + 9 * minute,
    });
    await store().putLimits([readingOf('a', [0, 3]), whole], start);
    const later = readingOf('a', [2, 5], { left: 0, share: 0 });
    await store().putLimits([later], start + 2 * minute);
    expect(await limitsIn(store())).toEqual([later, whole]);
    await store().putLimits([readingOf('c', [5, 7])], start + 5 * minute);
    expect(await limitsIn(store())).toEqual([readingOf('c', [5, 7]), whole]);
  });

  it('an earlier reading that comes late changes nothing, but for one from a clock ahead', async () => {
    const [earlier, later] = [readingOf('a', [1, 9], { left: 0 }), readingOf('a', [2, 9])];
    await store().putLimits([later], start + 2 * minute);
    await store().putLimits([earlier], start + 2 * minute);
    expect(await limitsIn(store())).toEqual([later]);
    await store().putLimits([earlier], start + minute);
    expect(await limitsIn(store())).toEqual([earlier]);
  });

  it('of one account: each model, each length and each thing counted has its own', async () => {
    const rows = [{}, { model: 'n' }, { lengthMs: minute }, { of: 'tokens' }, { model: undefined }];
    const readings = rows.map((facts, index) => readingOf('a', [0, index + 1], facts));
    await store().putLimits(readings, start);
    expect(await limitsIn(store())).toEqual(readings);
  });

  it('are those that end last, of too many', async () => {
    const rows = Array.from({ length: limitsLimit + 3 }, (_, index) =>
      readingOf(`${index}`, [0, index + 1]),
    );
    await store().putLimits(rows, start);
    expect(await limitsIn(store())).toEqual(rows.slice(3));
  });
}
