/** A task's slots over a link: the contract of all, and what a dead worker leaves behind. */

import { describe, expect, it } from 'vitest';
import { describeSlotSource } from '../../test/contracts/slot-source.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createLinkedPeers } from '../../test/fakes/linked-peers.ts';
import { type SlotSource, TaskSlots } from '../access/waiting/task-slots.ts';
import { WorkerLink } from './link.ts';
import { LinkedSlots } from './linked-slots.ts';
import { WorkerSlots } from './worker-slots.ts';

interface LinkedWorker {
  readonly slots: LinkedSlots;
  readonly die: () => void;
}

function startWorker(counted: SlotSource): LinkedWorker {
  const peers = createLinkedPeers();
  const held = new WorkerSlots(counted);
  new WorkerLink(peers.primary, {
    slot: (wish) => held.take(wish),
    slotOver: (id) => held.end(id),
  });
  const slots = new LinkedSlots(new WorkerLink(peers.worker, {}));
  const die = (): void => {
    peers.cut('SIGKILL');
    held.endAll();
  };
  return { slots, die };
}

describe('the places of a task, asked over a link', () => {
  describeSlotSource(({ clock }) => startWorker(new TaskSlots(clock)).slots);
});

describe('the places of a task of several workers', () => {
  it('are as many as one process would have, and pass on when a worker dies', async () => {
    const host = createFakeHost();
    const counted = new TaskSlots(host.clock);
    const workers = [startWorker(counted), startWorker(counted), startWorker(counted)];
    const admitted: number[] = [];
    const wish = { limit: 2, withinMs: 30_000, signal: new AbortController().signal };
    for (const [index, { slots }] of [...workers, ...workers].entries())
      void slots.take('title_generation', wish).then(() => admitted.push(index));
    await host.advance(0);
    expect(admitted).toEqual([0, 1]);
    workers[0]?.die(); // with a place, and with a wish that waits
    await host.advance(0);
    expect(admitted).toEqual([0, 1, 2]);
    workers[1]?.die();
    await host.advance(0);
    expect(admitted).toEqual([0, 1, 2, 5]);
  });

  it('lose none where a caller leaves while its answer is on the way', async () => {
    const host = createFakeHost();
    const { slots } = startWorker(new TaskSlots(host.clock));
    const caller = new AbortController();
    const wish = { limit: 1, withinMs: 30_000, signal: caller.signal };
    const left = slots.take('compression', wish);
    caller.abort(new Error('the caller went away'));
    await expect(left).rejects.toThrow('the caller went away');
    const next = slots.take('compression', { ...wish, signal: new AbortController().signal });
    await host.advance(0);
    expect(await next).toBeTypeOf('function');
  });
});
