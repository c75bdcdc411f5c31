/** What every source of a task's slots does, whoever counts them. */

import { expect, it } from 'vitest';
import type { GiveBack, SlotSource } from '../../src/access/waiting/task-slots.ts';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.ts';

interface SlotStage {
  readonly host: FakeHost;
  readonly admitted: string[];
  readonly ask: Ask;
}

type Ask = (
  name: string,
  wish?: { task?: string; limit?: number; withinMs?: number; signal?: AbortSignal },
) => Promise<GiveBack | undefined>;

function startWith(create: (host: FakeHost) => SlotSource): SlotStage {
  const host = createFakeHost();
  const slots = create(host);
  const admitted: string[] = [];
  const ask: Ask = async (
    name,
    { task = 'title_generation', limit = 2, withinMs = 30_000, signal } = {},
  ) => {
    const wish = { limit, withinMs, signal: signal ?? new AbortController().signal };
    const giveBack = await slots.take(task, wish);
    if (giveBack !== undefined) admitted.push(name);
    return giveBack;
  };
  return { host, admitted, ask };
}

export function describeSlotSource(create: (host: FakeHost) => SlotSource): void {
  const start = (): SlotStage => startWith(create);
  it('admits at most so many and the others in the order they came', async () => {
    const { host, admitted, ask } = start();
    const asked = ['a', 'b', 'c', 'd', 'e'].map((name) => ask(name));
    await host.advance(0);
    expect(admitted).toEqual(['a', 'b']);
    (await asked[1])?.();
    await host.advance(0);
    expect(admitted).toEqual(['a', 'b', 'c']);
    (await asked[0])?.();
    (await asked[2])?.();
    await host.advance(0);
    expect(admitted).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('counts each task alone', async () => {
    const { host, admitted, ask } = start();
    void ask('a', { limit: 1 });
    void ask('b', { limit: 1, task: 'compression' });
    await host.advance(0);
    expect(admitted).toEqual(['a', 'b']);
  });

  it('gives up when no place was free in time, and the place behind it goes on', async () => {
    const { host, admitted, ask } = start();
    const first = await ask('first', { limit: 1 });
    const late = ask('late', { limit: 1, withinMs: 1000 });
    void ask('patient', { limit: 1, withinMs: 5000 });
    await host.advance(1000);
    expect(await late).toBeUndefined();
    first?.();
    await host.advance(0);
    expect(admitted).toEqual(['first', 'patient']);
  });

  it('ends the wait at once when the caller goes away', async () => {
    const { host, admitted, ask } = start();
    const first = await ask('first', { limit: 1 });
    const caller = new AbortController();
    const waiting = ask('gone', { limit: 1, signal: caller.signal });
    await host.advance(0);
    caller.abort(new Error('the caller went away'));
    await expect(waiting).rejects.toThrow('the caller went away');
    first?.();
    void ask('next', { limit: 1 });
    await host.advance(0);
    expect(admitted).toEqual(['first', 'next']);
  });

  it('admits nobody whose caller is gone already', async () => {
    const { ask } = start();
    await expect(
      ask('gone', { signal: AbortSignal.abort(new Error('gone before')) }),
    ).rejects.toThrow('gone before');
  });

  it('takes a place back once, however often it is given back', async () => {
    const { host, admitted, ask } = start();
    const first = await ask('first', { limit: 1 });
    void ask('second', { limit: 1 });
    void ask('third', { limit: 1 });
    first?.();
    first?.();
    await host.advance(0);
    expect(admitted).toEqual(['first', 'second']);
  });

  it('lets a raised limit count for those that wait', async () => {
    const { host, admitted, ask } = start();
    void ask('a', { limit: 1 });
    void ask('b', { limit: 1 });
    void ask('c', { limit: 3 });
    await host.advance(0);
    expect(admitted).toEqual(['a', 'b', 'c']);
  });
}
