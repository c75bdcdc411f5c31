/** The queue of a mark: in order, woken by events, let go by slow start (law 11). */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { Health } from '../../credentials/health/health.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure, Mark } from '../../model/failure.ts';
import { type Turn, WaitQueues } from './wait-queues.ts';

const lease: Lease = {
  credentialId: 'p:config',
  label: 'config',
  foundAt: 'config',
  fingerprint: 'sha256:a',
  account: 'sha256:a',
  origin: 'https://p.example',
  site: 'https://p.example/v1',
  model: 'm',
  operation: 'generate',
  leasedAt: 0,
};

interface Stage {
  readonly host: FakeHost;
  readonly health: Health;
  /** Names of those who were called, in order. */
  readonly called: string[];
  readonly turns: Map<string, Turn>;
  readonly mark: Mark;
  join(name: string, more?: { bytes?: number; route?: string; cameAt?: number }): Promise<void>;
  readonly store: ReferenceStore;
  queues: WaitQueues;
}

const overloaded: Failure = {
  class: 'overloaded',
  evidence: { rule: 't', kind: 'status' },
  message: 'no room',
};

/** A provider that is overloaded for the next second, or fails as given. */
function start(byteLimit = 1000, failure = overloaded): Stage {
  const host = createFakeHost();
  const store = new ReferenceStore();
  const health = new Health(host, store, () => undefined);
  const queues = new WaitQueues(host.clock, health, () => byteLimit);
  const now = { ...lease, leasedAt: host.clock.now() };
  health.openMark(now, failure, { isWaited: true });
  const [mark] = health.marks();
  if (mark === undefined) throw new Error('no mark');
  const called: string[] = [];
  let came = 0;
  const turns = new Map<string, Turn>();
  const join: Stage['join'] = async (name, { bytes = 1, route = 'main', cameAt } = {}) => {
    came += 1;
    const waiter = { cameAt: cameAt ?? came, route, bytes };
    const isBack = cameAt !== undefined;
    const signal = new AbortController().signal;
    for (;;) {
      const end = await queues.wait(waiter, [mark], { forMs: 600_000, signal, isBack });
      if (end.kind === 'look') continue;
      called.push(end.kind === 'turn' ? name : `${name}: ${end.kind}`);
      if (end.kind === 'turn') turns.set(name, end.turn);
      return;
    }
  };
  return { host, store, health, queues, called, turns, mark, join };
}

function later(host: FakeHost): Lease {
  return { ...lease, leasedAt: host.clock.now(), probeOf: [] };
}

describe('the queue of a mark', () => {
  it('calls its first at the end of the window, and nobody else for 5 s', async () => {
    const { host, called, join } = start();
    for (const name of ['a', 'b', 'c', 'd', 'e']) void join(name);
    await host.advance(999);
    expect(called).toEqual([]);
    await host.advance(1);
    expect(called).toEqual(['a']);
    await host.advance(4999);
    expect(called).toEqual(['a']);
  });

  it('lets the next two probe too while the first shows nothing, three at most', async () => {
    const { host, called, turns, join } = start();
    for (const name of ['a', 'b', 'c', 'd', 'e']) void join(name);
    await host.advance(6000);
    expect(called).toEqual(['a', 'b']);
    await host.advance(60_000);
    expect(called).toEqual(['a', 'b', 'c']);
    expect(['a', 'b', 'c'].map((name) => turns.get(name)?.isExtra)).toEqual([false, true, true]);
  });

  it('is let go one, two, four at a time once a probe has its head', async () => {
    const { host, health, called, turns, join } = start();
    for (const name of 'abcdefghijklmno') void join(name);
    await host.advance(1000);
    health.noteHead(later(host));
    turns.get('a')?.confirm();
    await host.advance(0);
    expect(called.join('')).toBe('abc');
    for (const name of 'bc') turns.get(name)?.confirm();
    await host.advance(0);
    expect(called.join('')).toBe('abcdefg');
    for (const name of 'defg') turns.get(name)?.confirm();
    await host.advance(0);
    expect(called.join('')).toBe('abcdefghijklmno');
  });

  it('stops when the mark is opened anew, and goes on at the end of the new window', async () => {
    const { host, health, called, turns, join } = start();
    for (const name of 'abcdefg') void join(name);
    await host.advance(1000);
    health.noteHead(later(host));
    turns.get('a')?.confirm();
    await host.advance(0);
    const failure = {
      class: 'overloaded',
      evidence: { rule: 't', kind: 'status' },
      message: 'full',
    } as const;
    health.openMark(later(host), failure);
    for (const name of 'bc') turns.get(name)?.release({ isSent: true });
    await host.advance(999);
    expect(called.join('')).toBe('abc');
    await host.advance(3000);
    expect(called.join('')).toBe('abcd');
  });

  it('goes on at once when a probe ends without a word about the mark', async () => {
    const { host, called, turns, join } = start();
    for (const name of 'abc') void join(name);
    await host.advance(1000);
    turns.get('a')?.release({ isSent: true });
    await host.advance(0);
    expect(called.join('')).toBe('ab');
  });

  it('calls again a second after somebody was called in vain, and keeps the order of arrival', async () => {
    const { host, called, turns, join } = start();
    for (const name of 'abc') void join(name);
    await host.advance(1000);
    turns.get('a')?.release({ isSent: false });
    await host.advance(999);
    expect(called.join('')).toBe('a');
    await host.advance(1);
    expect(called.join('')).toBe('ab');
  });

  it('wakes everybody at a reset', async () => {
    const { host, health, called, turns, join } = start();
    for (const name of 'abc') void join(name);
    await health.reset({ origin: lease.origin });
    await host.advance(0);
    expect(called.join('')).toBe('a');
    turns.get('a')?.confirm();
    await host.advance(0);
    expect(called.join('')).toBe('abc');
  });

  it('holds who comes later behind those who wait, and nobody once it is empty', async () => {
    const { host, health, queues, mark, turns, join } = start();
    for (const name of 'ab') void join(name);
    await host.advance(1000);
    health.noteHead(later(host));
    expect(queues.heldBy(lease)).toEqual(mark);
    expect(queues.heldBy({ ...lease, model: 'other' })).toBeUndefined();
    turns.get('a')?.confirm();
    await host.advance(0);
    expect(queues.heldBy(lease)).toBeUndefined();
  });

  it('takes 256 requests a route and no more bytes than it may hold', async () => {
    const { host, called, join } = start();
    for (let n = 0; n < 256; n++) void join(`n${n}`);
    void join('one too many');
    void join('of another route', { route: 'side' });
    void join('too large', { route: 'side', bytes: 800 });
    await host.advance(0);
    expect(called).toEqual(['one too many: full', 'too large: full']);
  });

  it('lets those who wait go at the commit of a probe, where a head alone does not end the mark', async () => {
    const silence = {
      class: 'timeout',
      evidence: { rule: 't', kind: 'status' },
      message: 'silent',
    } as const;
    const { host, health, called, turns, join } = start(1000, silence);
    for (const name of 'abcd') void join(name);
    await host.advance(10_000);
    turns.get('a')?.confirm();
    await host.advance(0);
    expect(called.join('')).toBe('a');
    health.noteSuccess(later(host));
    turns.get('a')?.confirm();
    await host.advance(0);
    expect(called.join('')).toBe('abc');
  });

  it('counts probes of the window before no more: the next may still ask after 5 s', async () => {
    const { host, health, called, turns, join } = start();
    for (const name of 'abcdef') void join(name);
    await host.advance(6000);
    health.openMark(later(host), {
      class: 'overloaded',
      evidence: { rule: 't', kind: 'status' },
      message: 'full',
    });
    turns.get('a')?.release({ isSent: true });
    await host.advance(2000);
    expect(called.join('')).toBe('abc');
    turns.get('b')?.release({ isSent: true });
    await host.advance(4999);
    expect(called.join('')).toBe('abc');
    await host.advance(1);
    expect(called.join('')).toBe('abcd');
    expect(turns.get('d')?.isExtra).toBe(true);
  });

  it('keeps the place of who looked around, however many have come since', async () => {
    const { host, called, turns, join } = start();
    for (let n = 0; n < 256; n++) void join(`n${n}`);
    await host.advance(1000);
    expect(called).toEqual(['n0']);
    void join('late');
    await host.advance(0);
    turns.get('n0')?.release({ isSent: false });
    void join('n0', { cameAt: 1 });
    await host.advance(0);
    expect(called).toEqual(['n0']);
  });

  it('holds nobody whose secret appeared after the mark of the account (law 5)', async () => {
    const limit = {
      class: 'rate-limit',
      evidence: { rule: 't', kind: 'status' },
      message: 'slow down',
    } as const;
    const { queues, mark, join } = start(1000, limit);
    for (const name of 'ab') void join(name);
    expect(queues.heldBy(lease)).toEqual(mark);
    expect(queues.heldBy({ ...lease, fingerprint: 'sha256:new' })).toBeUndefined();
  });

  it('calls somebody when a mark from a clock that ran ahead counts no longer (law 7)', async () => {
    const { host, store, health, called, join } = start();
    const [mark] = health.marks();
    if (mark === undefined) throw new Error('no mark');
    const since = host.clock.now() + 2 * 3_600_000;
    await store.resetMarks({}, 0);
    const ahead = { ...mark, since, until: since + 1000 };
    await store.openMark(ahead, { leasedAt: since, now: since });
    await health.load();
    for (const name of 'ab') void join(name);
    await host.advance(0);
    expect(called).toEqual(['a']);
  });

  it('lets a caller go at once who hangs up', async () => {
    const { host, queues, mark, health } = start();
    const caller = new AbortController();
    const waiter = { cameAt: 1, route: 'main', bytes: 1 };
    const waiting = queues.wait(waiter, [mark], {
      forMs: 60_000,
      signal: caller.signal,
      isBack: false,
    });
    await host.advance(0);
    caller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(queues.heldBy(lease)).toBeUndefined();
    expect(health.marks()).toHaveLength(1);
  });
});
