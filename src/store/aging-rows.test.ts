/** Rows with a time against plain filtering: whatever is set, replaced and dropped, the same are forgotten. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgingRows } from './aging-rows.ts';

const create = (): AgingRows<{ readonly at: number }> => new AgingRows(({ at }) => at);

describe('AgingRows', () => {
  it('forgets a row at its time, and not before', () => {
    const rows = create().set('a', { at: 5 }).set('b', { at: 7 });
    expect(rows.forgetUntil(4)).toEqual([]);
    expect(rows.forgetUntil(5)).toEqual(['a']);
    expect([...rows.keys()]).toEqual(['b']);
    expect(rows.forgetUntil(9)).toEqual(['b']);
  });

  it('looks at no row before the first is due', () => {
    let looks = 0;
    const rows = new AgingRows<number>((at) => {
      looks += 1;
      return at;
    });
    for (let at = 1; at <= 100; at++) rows.set(`${at}`, at);
    rows.forgetUntil(1);
    looks = 0;
    for (let times = 0; times < 50; times++) rows.forgetUntil(1);
    expect(looks).toBe(0);
  });

  it('forgets the same as a filter, in any order of things', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const time = fc.integer({ min: 0, max: 20 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key, time }),
      fc.record({ kind: fc.constant('delete' as const), key, time }),
      fc.record({ kind: fc.constant('forget' as const), key, time }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const rows = create();
        let plain: readonly (readonly [string, number])[] = [];
        for (const { kind, key, time } of steps) {
          if (kind === 'forget') {
            const due = plain.filter(([, at]) => at <= time).map(([name]) => name);
            expect([...rows.forgetUntil(time)].sort()).toEqual(due.sort());
            plain = plain.filter(([, at]) => at > time);
          } else {
            plain = plain.filter(([name]) => name !== key);
            if (kind === 'set') plain = [...plain, [key, time]];
            if (kind === 'set') rows.set(key, { at: time });
            else rows.delete(key);
          }
        }
        expect(new Map([...rows].map(([name, { at }]) => [name, at]))).toEqual(new Map(plain));
      }),
    );
  });
});
