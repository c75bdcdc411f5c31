/** When an outage began, for marks that this process opened and for those that others did. */

import { describe, expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth } from '../../../test/fakes/health-stage.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { HealthSnapshot } from '../../store/store.ts';

const hour = 3_600_000;
/** A store whose changes by other processes are told by hand. */
class SharedStore extends ReferenceStore {
  #tell: (snapshot: HealthSnapshot) => void = () => undefined;

  override subscribe(onChange?: (snapshot: HealthSnapshot) => void): () => void {
    if (onChange !== undefined) this.#tell = onChange;
    return () => undefined;
  }

  async tell(): Promise<void> {
    this.#tell(await this.readHealth());
  }
}

describe('an outage that another process found', () => {
  it.each(['us', 'another'] as const)(
    'begins anew after one of an hour ago that %s ended',
    async (endedBy) => {
      const store = new SharedStore();
      const { host, health: ours } = stageHealth(store);
      await ours.load();
      ours.openMark(leaseOf({ leasedAt: host.clock.now() }), failureOf('overloaded'));
      await host.advance(2000);
      const [mark] = ours.marks();
      if (mark === undefined) throw new Error('no mark');
      if (endedBy === 'us') ours.noteSuccess(leaseOf({ leasedAt: host.clock.now() }));
      else await store.closeMarks([mark.key], host.clock.now());
      await host.advance(0);
      await store.tell();
      expect(ours.marks()).toEqual([]);
      await host.advance(hour);
      const now = host.clock.now();
      await store.openMark({ ...mark, since: now, until: now + 1000 }, { leasedAt: now, now });
      await store.tell();
      expect(ours.outageBeganAt(mark.key)).toBe(now);
    },
  );
});
