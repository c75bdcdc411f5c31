/** Snapshots for laws: few rows, so that they are often equal, new or gone. */

import fc from 'fast-check';
import type { Snapshot } from '../../src/explain/snapshot/snapshot.ts';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e 1', 'e');
const rows = <T>(create: (name: string, value: number) => T): fc.Arbitrary<T[]> =>
  fc
    .uniqueArray(fc.tuple(id, fc.nat({ max: 2 })), { selector: ([name]) => name })
    .map((all) => all.map(([name, value]) => create(name, value)));

export const liveRow = (name: string, bytes: number): Snapshot['live'][number] => ({
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

export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    at: fc.nat(),
    state: fc.constantFrom('well' as const, 'broken' as const, 'unknown' as const),
    text: fc.constantFrom('one', 'two'),
    live: rows(liveRow),
    callers: rows(caller),
  })
  .map(({ at, state, text, live, callers }) => ({
    v: 0,
    at,
    verdict: { state, text, fixes: [], troubles: [] },
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
  }));
