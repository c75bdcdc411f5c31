/** Sixteen members meet one outage at the same moment: one mark of it, and one of them probes. */

import { expect, it } from 'vitest';
import { markOf, minute, start } from '../../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { createInPlaceChannel } from '../sqlite/in-place.ts';
import { SqliteStore } from '../sqlite/sqlite-store.ts';
import { FleetChannel } from './fleet-channel.ts';
import { createSeal } from './seal.ts';

it('takes at most two entries a mark, and one probe a window', async () => {
  const host = createFakeHost();
  const engine = new MemoryEngine();
  const members = Array.from({ length: 16 }, () => {
    const file = createInPlaceChannel(host.files);
    const log = engine.open();
    return new SqliteStore(
      host,
      new FleetChannel({ host, file, log, seal: createSeal(['test key']) }),
    );
  });
  await Promise.all(members.map((store) => store.readHealth()));
  await host.advance(2000);
  const before = engine.appended;
  const marks = await Promise.all(
    members.map((store, index) => {
      const since = start + index;
      const mark = markOf({ key: 'outage', since, until: since + minute });
      return store.openMark(mark, { leasedAt: start, now: since });
    }),
  );
  expect(engine.appended - before).toBeLessThanOrEqual(2);
  expect(new Set(marks.map((mark) => mark?.since)).size).toBe(1);
  const [mark] = marks;
  if (mark === undefined) throw new Error('no mark');
  const lease = { now: mark.until, expiresAt: mark.until + minute };
  const claimed = await Promise.all(
    members.map((store, index) => store.claimProbes([mark], `member ${index}`, lease)),
  );
  expect(claimed.filter(Boolean).length).toBe(1);
  for (const store of members) void store.close();
  await host.advance(5000);
});
