/** Health: marks open, match, end and are probed by their laws (5, 6, 7, 14). */

import { describe, expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth, start } from '../../../test/fakes/health-stage.ts';
import type { FailureClass, Mark } from '../../model/failure.ts';
import { markKey } from './marks.ts';

const day = 24 * 3_600_000;

function storedMark(window: { readonly since: number; readonly until: number }): Mark {
  const { origin, site } = leaseOf();
  const scope = { origin, site, account: 'sha256:a', model: 'm' };
  return {
    key: markKey('rate-limit', scope),
    cause: 'rate-limit',
    scope,
    ...window,
    endSetBy: 'ours',
    strikes: 1,
    evidence: 'why',
    knownFingerprints: ['sha256:a'],
  };
}

describe('Health', () => {
  it('a limit on one model leaves the other models of the key free', () => {
    const { health } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit'));
    expect(health.standing(leaseOf()).state).toBe('held-back');
    expect(health.standing(leaseOf({ model: 'n' })).state).toBe('free');
  });

  it('a new secret has no history', () => {
    const { health } = stageHealth();
    health.openMark(leaseOf(), failureOf('auth-rejected'));
    expect(health.standing(leaseOf({ fingerprint: 'sha256:b', account: 'sha256:b' })).state).toBe(
      'free',
    );
  });

  it('a secret that appears in a held-back account later is tried at once, and its success clears the mark (law 5)', () => {
    const { health } = stageHealth();
    const known = () => ['sha256:a', 'sha256:b'];
    health.openMark(leaseOf({ account: 'team' }), failureOf('billing'), { known });
    expect(health.standing(leaseOf({ account: 'team' })).state).toBe('held-back');
    expect(health.standing(leaseOf({ account: 'team', fingerprint: 'sha256:b' })).state).toBe(
      'held-back',
    );
    expect(health.standing(leaseOf({ account: 'team', fingerprint: 'sha256:new' })).state).toBe(
      'free',
    );
    health.noteSuccess(leaseOf({ account: 'team', fingerprint: 'sha256:new' }));
    expect(health.standing(leaseOf({ account: 'team' })).state).toBe('free');
  });

  it('a second model refused within the window of the first benches the secret for every model (law 5)', () => {
    const { health } = stageHealth();
    health.openMark(leaseOf(), failureOf('auth-suspect'));
    expect(health.standing(leaseOf({ model: 'n' })).state).toBe('free');
    health.openMark(leaseOf({ model: 'n' }), failureOf('auth-suspect'));
    expect(health.standing(leaseOf({ model: 'third' })).state).toBe('held-back');
    expect(health.standing(leaseOf({ model: 'third', fingerprint: 'sha256:b' })).state).toBe(
      'free',
    );
  });

  it('limits never widen, whatever else is limited on the key', () => {
    const { health } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit'));
    health.openMark(leaseOf({ model: 'n' }), failureOf('rate-limit'));
    health.openMark(leaseOf(), failureOf('forbidden-model'));
    health.openMark(leaseOf({ model: 'n' }), failureOf('forbidden-model'));
    expect(health.standing(leaseOf({ model: 'third' })).state).toBe('free');
  });

  it('a failure whose lease is older than the last success of its scope marks nothing (law 14)', async () => {
    const { host, health } = stageHealth();
    const late = leaseOf();
    await host.advance(10);
    health.noteSuccess(leaseOf({ leasedAt: start + 5 }));
    health.openMark(late, failureOf('rate-limit'));
    expect(health.standing(leaseOf()).state).toBe('free');
    health.openMark(leaseOf({ leasedAt: start + 20 }), failureOf('rate-limit'));
    expect(health.standing(leaseOf()).state).toBe('held-back');
  });

  it('a reset ends marks, returns them, and outlasts the failures that were under way', async () => {
    const { host, health, marks } = stageHealth();
    health.openMark(leaseOf(), failureOf('quota'));
    const underWay = leaseOf({ leasedAt: start + 1 });
    await host.advance(10);
    const cleared = await health.reset({ origin: 'https://p.example' });
    expect(cleared.map(({ cause }) => cause)).toEqual(['quota']);
    expect(health.standing(leaseOf()).state).toBe('free');
    health.openMark(underWay, failureOf('quota'));
    expect(health.standing(leaseOf()).state).toBe('free');
    expect(await marks()).toEqual([]);
  });

  it('marks and proven secrets outlast the process', async () => {
    const { health, open } = stageHealth();
    health.noteSuccess(leaseOf());
    health.openMark(leaseOf({ leasedAt: start + 1 }), failureOf('billing'));
    await health.close();
    const next = open();
    await next.load();
    expect(next.provenAt(leaseOf())).toBe(start);
    expect(next.standing(leaseOf())).toMatchObject({
      state: 'held-back',
      mark: { cause: 'billing' },
    });
  });

  it('the first success of a secret is stored at once, later ones once a minute and at the end', async () => {
    const { host, store, health } = stageHealth();
    // The secret's own row; the one of its model says that it has worked, not when.
    const storedAt = async () =>
      (await store.readHealth()).proven
        .filter(({ model }) => model === undefined)
        .map(({ at }) => at);
    health.noteSuccess(leaseOf());
    await host.advance(0);
    expect(await storedAt()).toEqual([start]);
    await host.advance(1000);
    health.noteSuccess(leaseOf());
    await host.advance(30_000);
    health.noteSuccess(leaseOf());
    expect(await storedAt()).toEqual([start]);
    await host.advance(30_000);
    expect(await storedAt()).toEqual([start + 31_000]);
    health.noteSuccess(leaseOf());
    await health.close();
    expect(await storedAt()).toEqual([start + 61_000]);
  });

  it('a mark that another process opened stands, and one that it ended is gone', async () => {
    const { host, health, open } = stageHealth();
    const other = open();
    await other.load();
    other.openMark(leaseOf(), failureOf('quota', 60_000));
    await host.advance(1);
    health.openMark(leaseOf({ leasedAt: start + 1 }), failureOf('quota', 1000));
    await host.advance(1);
    const standing = health.standing(leaseOf());
    expect(standing.state === 'held-back' && standing.until).toBeGreaterThan(start + 59_000);
  });

  it('a success ends the marks that are older than its lease, and no newer one (law 14)', async () => {
    const { host, health } = stageHealth();
    const early = leaseOf();
    await host.advance(10);
    health.openMark(leaseOf(), failureOf('rate-limit'));
    health.noteSuccess(early);
    expect(health.standing(leaseOf()).state).toBe('held-back');
    health.noteSuccess(leaseOf({ leasedAt: start + 20 }));
    expect(health.standing(leaseOf()).state).toBe('free');
  });

  it('after its window a mark is due and exactly one lease takes the probe', async () => {
    const { host, health } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit'));
    await host.advance(2001);
    const standing = health.standing(leaseOf());
    if (standing.state !== 'due') throw new Error(`it is ${standing.state}`);
    expect(await health.claimProbes(standing.marks, 'one', 1000)).toBe(true);
    expect(await health.claimProbes(standing.marks, 'two', 1000)).toBe(false);
    await host.advance(1001);
    expect(await health.claimProbes(standing.marks, 'two', 1000)).toBe(true);
  });

  it('a probe that fails in another way opens that window at once, without three in a row', async () => {
    const { host, health } = stageHealth();
    health.openMark(leaseOf(), failureOf('overloaded'));
    await host.advance(1001);
    const standing = health.standing(leaseOf());
    const probeOf = standing.state === 'due' ? standing.marks.map(({ key }) => key) : [];
    const first = failureOf('connect');
    health.countFailure(leaseOf({ leasedAt: start + 1001 }), first);
    health.openMark(leaseOf({ leasedAt: start + 1001 }), first);
    expect(health.standing(leaseOf()).state).toBe('due');
    health.openMark(leaseOf({ leasedAt: start + 1001, probeOf }), first);
    expect(health.standing(leaseOf())).toMatchObject({
      state: 'held-back',
      mark: { cause: 'connect' },
    });
  });

  it('a network that is down marks no key, no account and no model, only the way to the provider', async () => {
    const { health, marks } = stageHealth();
    const away = failureOf('connect');
    for (let times = 0; times < 3; times++) health.countFailure(leaseOf(), away);
    health.openMark(leaseOf(), away);
    expect((await marks()).map(({ scope }) => Object.keys(scope))).toEqual([['origin']]);
  });

  it('law 7: what several marks bench is probed early only when each of them allows it', async () => {
    const { host, health } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit', 3_600_000));
    health.openMark(leaseOf(), failureOf('overloaded'));
    const isAllowed = (): boolean => {
      const standing = health.standing(leaseOf());
      return (
        standing.state === 'held-back' &&
        standing.marks.length === 2 &&
        health.mayProbeEarly(standing.marks)
      );
    };
    await host.advance(10_000);
    expect(isAllowed()).toBe(false);
    await host.advance(15 * 60_000);
    expect(isAllowed()).toBe(true);
  });

  it('the end of an open window does not move, and the next window is longer', async () => {
    const { host, health, marks } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit'));
    await host.advance(1000);
    health.openMark(leaseOf(), failureOf('rate-limit'));
    expect((await marks())[0]?.until).toBe(start + 2000);
    await host.advance(1001);
    health.openMark(leaseOf(), failureOf('rate-limit'));
    expect((await marks())[0]?.until).toBe(start + 2001 + 4000);
  });

  it.each([
    [
      'written under a clock that ran a day ahead',
      { since: start + day, until: start + day + 60_000 },
    ],
    ['longer than the cap of its class', { since: start - day, until: start + 300 * day }],
  ])('a stored mark %s is due at once, and a success ends it', async (_name, window) => {
    const { store, health, marks } = stageHealth();
    await store.openMark(storedMark(window), { leasedAt: window.since, now: window.since });
    await health.load();
    expect(health.standing(leaseOf()).state).toBe('due');
    health.noteSuccess(leaseOf({ leasedAt: start + 1 }));
    expect(health.standing(leaseOf()).state).toBe('free');
    expect(await marks()).toEqual([]);
  });

  it('a named wait below a second that did not suffice becomes a second', async () => {
    const { host, health } = stageHealth();
    for (const [named, atLeastMs] of [
      [6, 6],
      [6, 1000],
      [400, 1000],
      [1500, 1500],
    ] as const) {
      const leasedAt = host.clock.now();
      health.openMark(leaseOf({ leasedAt }), failureOf('rate-limit', named));
      const lengthMs = (health.marks()[0]?.until ?? 0) - leasedAt;
      expect([named, lengthMs >= atLeastMs && lengthMs <= atLeastMs * 1.05]).toEqual([named, true]);
      await host.advance(lengthMs + 1);
    }
  });

  it('a provider-named end is trusted up to its cap', async () => {
    const { health, marks } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit', 100 * 3_600_000));
    expect((await marks())[0]?.until).toBeLessThanOrEqual(start + 6 * 3_600_000 * 1.05);
    expect((await marks())[0]?.endSetBy).toBe('provider');
  });

  it('a server error marks only after three in a row', async () => {
    const { health, marks } = stageHealth();
    for (let row = 0; row < 2; row++) health.countFailure(leaseOf(), failureOf('server-error'));
    health.openMark(leaseOf(), failureOf('server-error'));
    expect(await marks()).toEqual([]);
    health.countFailure(leaseOf(), failureOf('server-error'));
    health.openMark(leaseOf(), failureOf('server-error'));
    expect(await marks()).toHaveLength(1);
  });

  it('a stream that dies is no success of its target: only a whole answer ends its row and its mark (law 17)', async () => {
    const { host, health } = stageHealth();
    for (let row = 0; row < 3; row++) {
      const lease = leaseOf({ leasedAt: host.clock.now() });
      await host.advance(10);
      health.noteSuccess(lease);
      expect(health.provenAt(lease)).toBe(host.clock.now());
      await host.advance(10);
      health.countFailure(lease, failureOf('stream-cut'));
      health.openMark(lease, failureOf('stream-cut'));
    }
    const later = leaseOf({ leasedAt: host.clock.now() + 1 });
    expect(health.standing(later)).toMatchObject({
      state: 'held-back',
      mark: { cause: 'stream-cut' },
    });
    health.noteSuccess(later);
    expect(health.standing(later).state).toBe('held-back');
    health.noteWhole(later);
    expect(health.standing(later).state).toBe('free');
    health.countFailure(later, failureOf('stream-cut'));
    health.openMark(later, failureOf('stream-cut'));
    expect(health.standing(later).state).toBe('free');
  });

  it.each<FailureClass>([
    'content-policy',
    'context-overflow',
    'bad-request',
    'unknown',
    'tls',
    'local',
    'client-gone',
  ])('%s blames nobody (law 15)', async (failureClass) => {
    const { health, marks } = stageHealth();
    health.countFailure(leaseOf(), failureOf(failureClass));
    health.openMark(leaseOf(), failureOf(failureClass));
    expect(await marks()).toEqual([]);
  });

  it('releases nobody when a mark is dropped after its end, and everybody of the origin when before', async () => {
    const { host, health } = stageHealth();
    health.openMark(leaseOf(), failureOf('rate-limit', 2000));
    await host.advance(3000);
    health.noteSuccess(leaseOf({ leasedAt: start + 3000 }));
    expect(health.marks()).toEqual([]);
    expect(health.releases).toBe(0);
    health.openMark(leaseOf({ leasedAt: start + 3001 }), failureOf('rate-limit', 2000));
    await host.advance(10);
    health.noteSuccess(leaseOf({ leasedAt: start + 3010 }));
    expect(health.releases).toBe(1);
  });

  it("counts a login's new token as proven when the one before was, and only then (law 6)", async () => {
    const { health } = stageHealth();
    const { origin } = leaseOf();
    const elsewhere = { origin: 'https://elsewhere.example', site: 'https://elsewhere.example/v1' };
    const renewal = { origin, before: leaseOf().fingerprint, after: 'sha256:new' };
    health.noteRenewed(renewal);
    expect(health.provenAt(leaseOf({ fingerprint: 'sha256:new' }))).toBeUndefined();
    health.noteSuccess(leaseOf());
    health.noteRenewed(renewal);
    expect(health.provenAt(leaseOf({ fingerprint: 'sha256:new' }))).toBe(
      health.provenAt(leaseOf()),
    );
    expect(health.provenAt({ ...elsewhere, fingerprint: 'sha256:new' })).toBeUndefined();
  });

  it("carries no mark over to a login's new token (law 5)", () => {
    const { health } = stageHealth();
    health.openMark(leaseOf(), failureOf('auth-revoked'));
    health.noteRenewed({
      origin: leaseOf().origin,
      before: leaseOf().fingerprint,
      after: 'sha256:new',
    });
    const next = leaseOf({ fingerprint: 'sha256:new', account: 'sha256:new' });
    expect([health.standing(leaseOf()).state, health.standing(next).state]).toEqual([
      'held-back',
      'free',
    ]);
  });
});
