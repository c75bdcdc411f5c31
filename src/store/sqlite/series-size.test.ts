/** How large series get: a day of minutes and 30 days of hours, 33 of each, below 20 MB. */

import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../test/contracts/folder.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { type SeriesRow, seriesBoundsMs } from '../../model/series.ts';
import { seriesKeptMs, seriesLimit, stepMs } from '../series.ts';
import { createInPlaceStore } from './in-place.ts';

const most =
  (seriesKeptMs.minute / stepMs.minute + seriesKeptMs.hour / stepMs.hour) * (seriesLimit + 1);
const minutes = 60;

it('takes less than 20 MB in the state file', async () => {
  const folder = makeFolder();
  const path = `${folder.path}/state.db`;
  const store = createInPlaceStore({ ...createFakeHost(), files: createNodeFiles() }, path);
  const counts = seriesBoundsMs.map((_, bucket) => bucket * 7).concat(3);
  const rows = Array.from(
    { length: minutes * (seriesLimit + 1) },
    (_, index): SeriesRow => ({
      step: 'minute',
      at: Math.floor(index / (seriesLimit + 1)) * stepMs.minute,
      caller: `claude-code on laptop ${index % (seriesLimit + 1)}`,
      target: 'openrouter/anthropic/claude-sonnet-4-6',
      asked: 300,
      rescued: 12,
      failed: 3,
      tokens: 12_345_678,
      cachedTokens: 9_876_543,
      usd: 12.345678,
      waited: counts,
      firstContent: counts,
    }),
  );
  await store.addSeries([]);
  const before = statSync(path).size;
  await store.addSeries(rows);
  await store.close();
  const bytes = ((statSync(path).size - before) / rows.length) * most;
  folder.remove();
  expect(bytes / 1e6).toBeLessThan(20);
});
