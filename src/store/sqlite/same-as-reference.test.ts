/** Whatever is asked in whatever order, the state file answers as the reference store does. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../test/contracts/folder.ts';
import { readingOf } from '../../../test/contracts/store/limits.ts';
import { markOf, recordAt, start } from '../../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import type { Scope } from '../../model/failure.ts';
import type { HealthSnapshot, Store } from '../store.ts';
import { createInPlaceStore } from './in-place.ts';

interface Step {
  readonly name: string;
  readonly ask: (store: Store) => Promise<unknown>;
}

const minute = 60_000;
// Some steps are days apart and some days are yesterday: rows are forgotten, and clocks jump.
const time = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(1, minute, 60 * minute, 24 * 60 * minute))
  .map(([count, unit]) => start + count * unit);
const scope: fc.Arbitrary<Scope> = fc.record(
  {
    origin: fc.constantFrom('p', 'q'),
    site: fc.constantFrom('p/1', 'p/2'),
    fingerprint: fc.constantFrom('a', 'b'),
    model: fc.constantFrom('m'),
    operation: fc.constantFrom('generate', 'embed'),
  },
  { requiredKeys: [] },
);
const owner = fc.constantFrom('me', 'you');
/** Few, so that one is often wanted by two. */
const probed: readonly Scope[] = [{}, { origin: 'p' }, { fingerprint: 'a' }];
const keys = fc.uniqueArray(
  scope.map((pattern) => markOf({ scope: pattern }).key),
  { maxLength: 3 },
);
const lease = fc.tuple(time, fc.integer({ min: 1, max: 90 })).map(([now, minutes]) => ({
  now,
  expiresAt: now + minutes * minute,
}));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(scope, time, fc.integer({ min: 1, max: 100 }), time)
    .map(([pattern, now, minutes, leasedAt]): Step => {
      const mark = markOf({ scope: pattern, since: now, until: now + minutes * minute });
      return {
        name: `openMark ${mark.key} ${now}`,
        ask: (store) => store.openMark(mark, { leasedAt, now }),
      };
    }),
  fc.tuple(keys, time).map(
    (given): Step => ({
      name: `closeMarks ${given}`,
      ask: (store) => store.closeMarks(...given),
    }),
  ),
  fc.tuple(scope, time).map(
    (given): Step => ({
      name: `resetMarks ${JSON.stringify(given)}`,
      ask: async (store) => new Set(await store.resetMarks(...given)),
    }),
  ),
  fc
    .array(
      fc.record(
        {
          site: fc.constantFrom('p', 'q'),
          model: fc.constantFrom('m', 'm n', 'q'),
          fingerprint: fc.constantFrom('a', 'b'),
          at: time,
        },
        { requiredKeys: ['site', 'fingerprint', 'at'] },
      ),
      {
        maxLength: 3,
      },
    )
    .map(
      (rows): Step => ({
        name: `putProven ${JSON.stringify(rows)}`,
        ask: (store) => store.putProven(rows),
      }),
    ),
  fc
    .tuple(
      fc.array(
        fc.record({ conversation: fc.constantFrom('a', 'b'), credential: owner, until: time }),
        { maxLength: 3 },
      ),
      time,
    )
    .map(
      ([rows, now]): Step => ({
        name: `putMoved ${JSON.stringify(rows)} ${now}`,
        ask: (store) => store.putMoved(rows, now),
      }),
    ),
  fc
    .tuple(
      fc.array(
        fc.record({
          account: fc.constantFrom('a', 'b'),
          model: fc.constantFrom('m', undefined),
          left: fc.nat(3),
          asOf: time,
          until: time,
        }),
        { maxLength: 3 },
      ),
      time,
    )
    .map(([rows, now]): Step => {
      const readings = rows.map((row) => ({ ...readingOf('', [0, 0]), ...row }));
      return {
        name: `putLimits ${JSON.stringify(rows)} ${now}`,
        ask: (store) => store.putLimits(readings, now),
      };
    }),
  fc
    .tuple(fc.subarray([...probed]), time, owner, lease)
    .map(([scopes, since, who, forTime]): Step => {
      const marks = scopes.map((pattern) => markOf({ scope: pattern, since }));
      return {
        name: `claimProbes ${marks.map(({ key }) => key)} ${who} ${forTime.now}`,
        ask: (store) => store.claimProbes(marks, who, forTime),
      };
    }),
  fc.tuple(fc.subarray([...probed]), owner).map(([scopes, who]): Step => {
    const released = scopes.map((pattern) => markOf({ scope: pattern }).key);
    return {
      name: `releaseProbes ${released} ${who}`,
      ask: (store) => store.releaseProbes(released, who),
    };
  }),
  fc
    .array(
      fc.record(
        {
          id: fc.constantFrom('r', 's'),
          origin: owner,
          account: owner,
          maker: fc.constantFrom('', 'alice'),
          isLasting: fc.constant<true>(true),
          at: time,
        },
        { requiredKeys: ['id', 'origin', 'account', 'at'] },
      ),
      { maxLength: 2 },
    )
    .map(
      (rows): Step => ({
        name: `bindIds ${JSON.stringify(rows)}`,
        ask: (store) => store.bindIds(rows),
      }),
    ),
  fc
    .constantFrom('r', 's')
    .map((id): Step => ({ name: `find ${id}`, ask: (store) => store.findBoundId(id) })),
  fc
    .constantFrom('r', 's')
    .map((id): Step => ({ name: `take ${id}`, ask: (store) => store.takeBoundId(id) })),
  fc
    .array(fc.tuple(fc.constantFrom('1', '2', '3'), time), { maxLength: 2 })
    .map((rows) => rows.map(([id, at]) => recordAt(id, at)))
    .map(
      (rows): Step => ({
        name: `append ${JSON.stringify(rows)}`,
        ask: (store) => store.appendRecords(rows),
      }),
    ),
);

it('answers as the reference does', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const folder = makeFolder();
      const files = createNodeFiles();
      const sqlite = createInPlaceStore({ ...createFakeHost(), files }, `${folder.path}/state.db`);
      const reference = new ReferenceStore();
      try {
        for (const { ask } of steps) expect(await ask(sqlite)).toEqual(await ask(reference));
        expect(sorted(await sqlite.readHealth())).toEqual(sorted(await reference.readHealth()));
        expect(await claimRest(sqlite)).toEqual(await claimRest(reference));
        for (const asked of [{}, { kind: 'other' as const }, { since: start + minute }])
          expect(await sqlite.findRecords({ limit: 10, ...asked })).toEqual(
            await reference.findRecords({ limit: 10, ...asked }),
          );
        expect(await sqlite.readUsage({})).toEqual(await reference.readUsage({}));
      } finally {
        await sqlite.close();
        folder.remove();
      }
    }),
    { numRuns: 100 },
  );
});

/** Which of the probes are free for somebody new. */
async function claimRest(store: Store): Promise<readonly boolean[]> {
  const { marks } = await store.readHealth();
  const now = start + 40 * minute;
  return Promise.all(
    probed.map((pattern) => {
      const mark = markOf({ scope: pattern });
      const read = marks.find(({ key }) => key === mark.key) ?? mark;
      return store.claimProbes([read], 'they', { now, expiresAt: now + minute });
    }),
  );
}

function sorted({ marks, proven, tombstones, moved, limits }: HealthSnapshot) {
  const text = (row: unknown): string => JSON.stringify(row);
  return {
    marks: marks.map(text).sort(),
    proven: proven.map(text).sort(),
    tombstones,
    moved: moved.map(text).sort(),
    limits: limits.map(text).sort(),
  };
}
