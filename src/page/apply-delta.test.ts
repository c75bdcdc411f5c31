/** Whatever changes between two snapshots, the page has the second one after its delta. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySnapshot, liveRow } from '../../test/page/any-snapshot.ts';
import { createDelta, textsOf } from '../gateway/admin/delta.ts';
import { applyDelta } from './apply-delta.ts';

it('is the second snapshot', () => {
  fc.assert(
    fc.property(anySnapshot, anySnapshot, (before, after) => {
      const delta = createDelta(after, textsOf(before), textsOf(after));
      const received = JSON.parse(
        JSON.stringify({ rows: [], changed: {}, ...delta, at: after.at }),
      );
      expect(applyDelta(before, received)).toEqual(after);
      if (delta === undefined) expect({ ...before, at: 0 }).toEqual({ ...after, at: 0 });
    }),
  );
});

it('holds only the rows that differ', () => {
  const [before] = fc.sample(anySnapshot, 1);
  if (before === undefined) throw new Error('no sample');
  const many = Array.from({ length: 200 }, (_, index) => liveRow(`hfr_${index}`, 0));
  const first = { ...before, live: many };
  const second = { ...first, live: many.with(7, liveRow('hfr_7', 1024)) };
  const delta = createDelta(second, textsOf(first), textsOf(second));
  expect(delta).toEqual({
    changed: {},
    rows: [{ of: 'live', ids: undefined, set: [liveRow('hfr_7', 1024)] }],
  });
});
