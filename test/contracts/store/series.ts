/** The laws of series: sums by minute and hour, of a limited number, for a limited time. */

import { expect, it } from 'vitest';
import { type SeriesQuery, type SeriesRow, seriesBoundsMs } from '../../../src/model/series.ts';
import type { Store } from '../../../src/store/store.ts';

const start = Date.parse('2026-11-22T10:00:00Z');
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const times = (bucket: number, count = 1): readonly number[] =>
  Array.from({ length: seriesBoundsMs.length + 1 }, (_, index) => (index === bucket ? count : 0));

function rowOf(more: Partial<SeriesRow> = {}): SeriesRow {
  return {
    step: 'minute',
    at: start,
    caller: 'codex',
    target: 'p/m',
    asked: 1,
    rescued: 0,
    failed: 0,
    tokens: 110,
    cachedTokens: 50,
    usd: 0.25,
    waited: times(0),
    firstContent: times(4),
    ...more,
  };
}

export function testSeries(store: () => Store): void {
  it('adds up what is of the same step, time, caller and target', async () => {
    const other = { rescued: 1, failed: 1, tokens: 0, usd: 0.5, firstContent: times(11) };
    await store().addSeries([rowOf(), rowOf({ caller: '' }), rowOf({ step: 'hour' })]);
    await store().addSeries([rowOf(other), rowOf({ target: 'p/n' })]);
    const sum = rowOf({
      asked: 2,
      rescued: 1,
      failed: 1,
      cachedTokens: 100,
      usd: 0.75,
      waited: times(0, 2),
      firstContent: times(4).map((count, bucket) => count + (times(11)[bucket] ?? 0)),
    });
    const all = [rowOf({ caller: '' }), sum, rowOf({ target: 'p/n' })];
    expect(await store().readSeries({ step: 'minute' })).toEqual(all);
    expect(await store().readSeries({ step: 'hour' })).toEqual([rowOf({ step: 'hour' })]);
  });

  it.each<readonly [string, SeriesQuery, readonly number[]]>([
    ['everything', { step: 'minute' }, [0, 1, 1, 2]],
    ['from a time on', { step: 'minute', since: start + minute }, [1, 1, 2]],
    ['before a time', { step: 'minute', until: start + minute }, [0]],
    ['another step', { step: 'hour' }, []],
  ])('finds %s, by time', async (_, query, minutes) => {
    await store().addSeries([
      rowOf({ at: start + 2 * minute }),
      rowOf({ at: start + minute, caller: 'claude' }),
      rowOf({ at: start + minute }),
      rowOf(),
    ]);
    const found = await store().readSeries(query);
    expect(found.map(({ at }) => (at - start) / minute)).toEqual(minutes);
  });

  it('counts beyond 32 of one time as others, with exact totals', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `caller-${index}`);
    for (const part of [names.slice(0, 20), names.slice(20), names])
      await store().addSeries(part.map((caller) => rowOf({ caller })));
    await store().addSeries(names.map((caller) => rowOf({ caller, at: start + minute })));
    const first = await store().readSeries({ step: 'minute', until: start + minute });
    expect(first).toHaveLength(33);
    const others = first.find(({ caller }) => caller === 'others');
    expect(others).toMatchObject({ target: '', asked: 36, usd: 9, waited: times(0, 36) });
    expect(first.reduce((sum, { asked }) => sum + asked, 0)).toBe(100);
    expect(await store().readSeries({ step: 'minute' })).toHaveLength(66);
  });

  it('keeps minutes for a day and hours for 30 days behind the newest, whatever the clock was', async () => {
    await store().addSeries([]);
    const ahead = rowOf({ at: start + 400 * day });
    await store().addSeries([rowOf(), rowOf({ step: 'hour' }), ahead, { ...ahead, step: 'hour' }]);
    const minutes = [start - day + minute, start, start + minute].map((at) => rowOf({ at }));
    const hours = [start - 29 * day, start].map((at) => rowOf({ at, step: 'hour' }));
    await store().addSeries([...minutes, ...hours]);
    expect((await store().readSeries({ step: 'minute' })).map(({ at }) => at)).toEqual([
      start,
      start + minute,
    ]);
    expect(await store().readSeries({ step: 'hour' })).toHaveLength(2);
    await store().addSeries([rowOf({ at: start + hour, step: 'hour' })]);
    expect(await store().readSeries({ step: 'minute' })).toHaveLength(2);
    await store().addSeries([rowOf({ at: start + day })]);
    expect((await store().readSeries({ step: 'minute' })).map(({ at }) => at)).toEqual([
      start + minute,
      start + day,
    ]);
  });
}
