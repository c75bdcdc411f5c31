/** Marks open, stand, end and are reset by their laws (7, 14), in every store. */

import { expect, it } from 'vitest';
import type { Mark, Scope } from '../../../src/model/failure.ts';
import type { Store } from '../../../src/store/store.ts';
import { day, firstLease, hour, markOf, minute, type Present, start } from './rows.ts';

async function marksOf(store: Store): Promise<readonly Mark[]> {
  return (await store.readHealth()).marks;
}

export function testMarks(store: Present): void {
  it('knows nothing at first', async () => {
    expect(await store().readHealth()).toEqual({
      marks: [],
      proven: [],
      tombstones: [],
      moved: [],
      limits: [],
    });
  });

  it.each<[string, Partial<Mark>]>([
    ['every field', { endSetBy: 'provider', strikes: 7, since: start + 0.25, until: start + 1.5 }],
    ['a scope of nothing', { scope: {} }],
    [
      'a scope of everything',
      {
        scope: {
          origin: 'o',
          site: 'o/v1',
          account: 'team',
          fingerprint: 'f',
          model: 'm',
          operation: 'embed',
        },
      },
    ],
    [
      'known fingerprints',
      { scope: { account: 'team' }, knownFingerprints: ['sha256:a', 'sha256:b'] },
    ],
    ['no known fingerprints', { scope: { account: 'team' }, knownFingerprints: [] }],
    ['a later end that was named', { scope: { model: 'm' }, namedUntil: 1_800_000_000_000 }],
    [
      'words of somebody else',
      { scope: { model: 'm' }, speaker: { is: 'upstream', meant: 'auth-rejected' } },
    ],
    ['any text', { evidence: `it's "odd"; DROP TABLE marks -- \u0000 é 漢 😀\n` }],
    ['empty text', { evidence: '', scope: { model: '' } }],
  ])('gives a mark back as it was given: %s', async (_name, facts) => {
    const mark = markOf(facts);
    expect(await store().openMark(mark, firstLease)).toEqual(mark);
    expect(await marksOf(store())).toEqual([mark]);
  });

  it.each<[string, { present: Partial<Mark>; now: number; isReplaced: boolean }]>([
    ['open', { present: {}, now: start + minute - 1, isReplaced: false }],
    ['ending this very moment', { present: {}, now: start + minute, isReplaced: true }],
    ['ended long ago', { present: {}, now: start + day, isReplaced: true }],
    ['set by the provider', { present: { endSetBy: 'provider' }, now: start, isReplaced: false }],
    [
      'longer than any window',
      { present: { until: start + 30 * hour }, now: start, isReplaced: true },
    ],
    [
      'opened by a clock that ran ahead',
      {
        present: { since: start + 2 * hour, until: start + 3 * hour },
        now: start,
        isReplaced: true,
      },
    ],
  ])('moves the end of a window only when it is over (law 7): %s', async (_name, row) => {
    const present = markOf(row.present);
    await store().openMark(present, firstLease);
    const next = markOf({ since: row.now, until: row.now + 2 * minute, strikes: 2 });
    const inForce = await store().openMark(next, { leasedAt: row.now, now: row.now });
    expect(inForce).toEqual(row.isReplaced ? next : present);
    expect(await marksOf(store())).toEqual([inForce]);
  });

  it.each([
    ['since', { since: Number.NaN }],
    ['until', { until: Number.POSITIVE_INFINITY }],
    ['until', { until: Number.NaN }],
  ])('refuses a mark that would never end (law 7): %s %o', async (_field, facts) => {
    await expect(store().openMark(markOf(facts), firstLease)).rejects.toThrow(TypeError);
    expect(await marksOf(store())).toEqual([]);
  });

  it.each<[string, { since: number; leasedAt: number; isClosed: boolean }]>([
    ['opened before the lease', { since: start, leasedAt: start + 1, isClosed: true }],
    ['opened with the lease', { since: start, leasedAt: start, isClosed: true }],
    ['opened after the lease', { since: start + 1, leasedAt: start, isClosed: false }],
    ['opened by a clock that ran ahead', { since: start + day, leasedAt: start, isClosed: true }],
  ])(
    'a success ends the marks that are not newer than its lease (law 14): %s',
    async (_name, row) => {
      const mark = markOf({ since: row.since, until: row.since + minute });
      await store().openMark(mark, { leasedAt: row.since, now: row.since });
      expect(await store().closeMarks([mark.key, 'no such mark'], row.leasedAt)).toEqual(
        row.isClosed ? [mark.key] : [],
      );
      expect(await marksOf(store())).toEqual(row.isClosed ? [] : [mark]);
    },
  );

  it('keeps of marks that ended 30 days ago the latest 100, when another is opened', async () => {
    const olds = Array.from({ length: 102 }, (_, index) => {
      const scope = { origin: `old-${String(index).padStart(3, '0')}` };
      return markOf({ scope, until: start + minute - index });
    });
    for (const old of olds) await store().openMark(old, firstLease);
    const late = start + minute + 30 * day;
    const recent = markOf({ scope: { origin: 'recent' }, since: late - day, until: late - 1 });
    await store().openMark(recent, { leasedAt: late - day, now: late - day });
    const next = markOf({ scope: { origin: 'next' }, since: late, until: late + 1 });
    await store().openMark(next, { leasedAt: late, now: late });
    const kept = olds.slice(0, 100).map(({ scope }) => scope.origin);
    const found = (await marksOf(store())).map(({ scope }) => scope.origin);
    expect(found.sort()).toEqual(['next', ...kept, 'recent']);
  });
}

/** Run against one store of each kind: 5,000 marks take a while. */
export function testManyMarks(store: Present): void {
  it('keeps 5,000 marks: of more the 4,500 that end last, those of a foreign clock going first', {
    timeout: 60_000,
  }, async () => {
    for (let index = 0; index < 5000; index++) {
      const scope = { origin: `filling-${String(index).padStart(4, '0')}` };
      const isFromAhead = index < 150;
      const isTooLong = index >= 150 && index < 300;
      const since = isFromAhead ? start + 400 * day : start;
      const end = start + minute + ((index * 7919) % 4700);
      const until = isFromAhead || isTooLong ? start + 401 * day : end;
      await store().openMark(markOf({ scope, since, until }), firstLease);
    }
    expect(await marksOf(store())).toHaveLength(5000);
    const now = start + minute + 600;
    const last = markOf({ scope: { origin: 'last' }, since: now, until: now + 1 });
    expect(await store().openMark(last, { leasedAt: now, now })).toEqual(last);
    const kept = await marksOf(store());
    expect(kept).toContainEqual(last);
    const ends = kept
      .filter(({ key }) => key !== last.key)
      .map(({ until }) => until - start - minute);
    expect(ends.sort((one, other) => one - other)).toEqual(
      Array.from({ length: 4499 }, (_, at) => at + 201),
    );
    const next = markOf({ scope: { origin: 'next' }, since: now, until: now + 1 });
    await store().openMark(next, { leasedAt: now, now });
    expect(await marksOf(store())).toHaveLength(4501);
  });
}

export function testResets(store: Present): void {
  const scopes: readonly Scope[] = [
    { origin: 'p', fingerprint: 'a', model: 'm' },
    { origin: 'p', fingerprint: 'b' },
    { origin: 'p', account: 'team' },
    { origin: 'q', fingerprint: 'a' },
    { origin: 'p', model: 'm', operation: 'embed' },
    { origin: 'p', model: 'm', operation: 'generate' },
    { origin: 'r', site: 'r/1', account: 'team' },
    { origin: 'r', site: 'r/2', account: 'team' },
    { origin: 'r' },
  ];

  it.each<[string, Scope, readonly number[]]>([
    ['everything', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['an origin', { origin: 'p' }, [0, 1, 2, 4, 5]],
    ['a secret wherever it is used', { fingerprint: 'a' }, [0, 3]],
    ['an account', { account: 'team' }, [2, 6, 7]],
    ['a site, and the way to its host', { origin: 'r', site: 'r/1' }, [6, 8]],
    ['an account at a site', { origin: 'r', site: 'r/2', account: 'team' }, [7]],
    ['a secret and a model', { fingerprint: 'a', model: 'm' }, [0]],
    ['an operation', { operation: 'embed' }, [4]],
    ['nothing that is there', { origin: 's' }, []],
  ])(
    'ends every mark inside its pattern and returns them: %s',
    async (_name, pattern, expected) => {
      const marks = scopes.map((scope) => markOf({ scope }));
      for (const mark of marks) await store().openMark(mark, firstLease);
      const cleared = await store().resetMarks(pattern, start + 1);
      const inside = marks.filter((_mark, index) => expected.includes(index));
      expect(new Set(cleared)).toEqual(new Set(inside));
      expect(new Set(await marksOf(store()))).toEqual(
        new Set(marks.filter((mark) => !inside.includes(mark))),
      );
      expect((await store().readHealth()).tombstones).toEqual([{ scope: pattern, at: start + 1 }]);
    },
  );

  it.each<
    [string, { at: number; scope: Scope; leasedAt: number; now: number; isForbidden: boolean }]
  >([
    [
      'a lease from before it',
      { at: start, scope: {}, leasedAt: start - 1, now: start + 1, isForbidden: true },
    ],
    [
      'a lease of the same moment',
      { at: start, scope: {}, leasedAt: start, now: start, isForbidden: true },
    ],
    [
      'a lease after it',
      { at: start, scope: {}, leasedAt: start + 1, now: start + 1, isForbidden: false },
    ],
    [
      'a mark outside of it',
      { at: start, scope: { origin: 'q' }, leasedAt: start - 1, now: start, isForbidden: false },
    ],
    [
      'a narrower reset does not cover a wider mark',
      {
        at: start,
        scope: { origin: 'https://p.example', account: 'team' },
        leasedAt: start - 1,
        now: start,
        isForbidden: false,
      },
    ],
    [
      'a reset of another operation',
      {
        at: start,
        scope: { operation: 'embed' },
        leasedAt: start - 1,
        now: start,
        isForbidden: false,
      },
    ],
    [
      'a day later',
      { at: start, scope: {}, leasedAt: start - 1, now: start + day, isForbidden: false },
    ],
    [
      'a reset by a clock that ran ahead',
      { at: start + day, scope: {}, leasedAt: start, now: start, isForbidden: false },
    ],
  ])('forbids a mark that a lease from before it found (law 14): %s', async (_name, row) => {
    await store().resetMarks(row.scope, row.at);
    const mark = markOf({ since: row.now, until: row.now + minute });
    const inForce = await store().openMark(mark, { leasedAt: row.leasedAt, now: row.now });
    expect(inForce).toEqual(row.isForbidden ? undefined : mark);
    expect(await marksOf(store())).toEqual(row.isForbidden ? [] : [mark]);
  });

  it('spares what was opened after a reset that comes late', async () => {
    const before = markOf({ key: 'before', since: start, until: start + minute });
    const after = markOf({ key: 'after', since: start + 20, until: start + minute });
    for (const mark of [before, after])
      await store().openMark(mark, { leasedAt: mark.since, now: mark.since });
    expect(await store().resetMarks({}, start + 10, true)).toEqual([before]);
    expect((await store().readHealth()).marks).toEqual([after]);
    expect(await store().resetMarks({}, start + 10)).toEqual([after]);
  });

  it('keeps a reset in mind for a day', async () => {
    await store().resetMarks({ origin: 'first' }, start);
    await store().resetMarks({ origin: 'second' }, start + day - 1);
    expect((await store().readHealth()).tombstones).toHaveLength(2);
    await store().resetMarks({ origin: 'third' }, start + day);
    const { tombstones } = await store().readHealth();
    expect(tombstones.map(({ scope }) => scope.origin)).toEqual(['second', 'third']);
  });
}
