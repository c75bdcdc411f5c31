/** When an outage began, for marks that this process opened and for those that others did. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure } from '../../model/failure.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { HealthSnapshot } from '../../store/store.ts';
import { Health } from './health.ts';

const hour = 3_600_000;
const failure: Failure = {
  class: 'overloaded',
  evidence: { rule: 't', kind: 'status' },
  message: 'no room',
};

function leaseAt(leasedAt: number): Lease {
  return {
    credentialId: 'p:config',
    label: 'config',
    foundAt: 'config',
    fingerprint: 'sha256:a',
    account: 'sha256:a',
    origin: 'https://p.example',
    model: 'm',
    operation: 'generate',
    leasedAt,
  };
}

/** A store whose changes by other processes are told by hand. */
class SharedStore extends MemoryStore {
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
      const host = createFakeHost({ now: 1_800_000_000_000 });
      const store = new SharedStore();
      const ours = new Health(host, store, () => undefined);
      await ours.load();
      ours.noteLeft(leaseAt(host.clock.now()), failure);
      await host.advance(2000);
      const [mark] = ours.marks();
      if (mark === undefined) throw new Error('no mark');
      if (endedBy === 'us') ours.noteSuccess(leaseAt(host.clock.now()));
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
