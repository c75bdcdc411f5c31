/** Whatever changes between two snapshots, the page has the second one after its delta. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Snapshot } from '../explain/snapshot/snapshot.ts';
import { createDelta, textsOf } from '../gateway/admin/delta.ts';
import { applyDelta } from './apply-delta.ts';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e 1', 'e');
const rows = <T>(create: (name: string, value: number) => T): fc.Arbitrary<T[]> =>
  fc
    .uniqueArray(fc.tuple(id, fc.nat({ max: 2 })), { selector: ([name]) => name })
    .map((all) => all.map(([name, value]) => create(name, value)));

const live = (name: string, bytes: number): Snapshot['live'][number] => ({
  id: name,
  since: 1,
  bytes,
});
const caller = (name: string, lastAt: number): Snapshot['callers'][number] => ({
  name,
  lastAt,
  inflight: 0,
  day: { asked: 1, rescued: 0, failed: 0 },
});
const snapshots = fc
  .record({
    at: fc.nat(),
    text: fc.constantFrom('one', 'two'),
    live: rows(live),
    callers: rows(caller),
  })
  .map(
    ({ at, text, live, callers }): Snapshot => ({
      v: 0,
      at,
      verdict: { state: 'well', text, fixes: [], troubles: [] },
      self: {
        version: '0',
        program: ['holdfast'],
        pid: 1,
        config: { path: 'config.yaml' },
      },
      credentials: [],
      callers,
      tasks: [],
      live,
      recent: [],
      refusals: [],
    }),
  );

it('is the second snapshot', () => {
  fc.assert(
    fc.property(snapshots, snapshots, (before, after) => {
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
  const [before] = fc.sample(snapshots, 1);
  if (before === undefined) throw new Error('no sample');
  const many = Array.from({ length: 200 }, (_, index) => live(`hfr_${index}`, 0));
  const first = { ...before, live: many };
  const second = { ...first, live: many.with(7, live('hfr_7', 1024)) };
  const delta = createDelta(second, textsOf(first), textsOf(second));
  expect(delta).toEqual({
    changed: {},
    rows: [{ of: 'live', ids: undefined, set: [live('hfr_7', 1024)] }],
  });
});
