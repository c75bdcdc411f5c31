/** Health: marks open, match, end and are probed by their laws (5, 6, 7, 14). */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import type { Lease } from '../model/credential.ts';
import type { Failure, FailureClass } from '../model/failure.ts';
import { MemoryStore } from '../store/memory.ts';
import { Health } from './health.ts';

const start = 1_800_000_000_000;

function setUp() {
  const host = createFakeHost({ now: start });
  const store = new MemoryStore();
  const health = new Health(host, store, (error) => {
    throw error;
  });
  return { host, health, marks: async () => (await store.readHealth()).marks };
}

function leaseOf(facts: Partial<Lease> = {}): Lease {
  return {
    credentialId: 'p:config',
    label: 'config',
    foundAt: 'config',
    fingerprint: 'sha256:a',
    account: 'sha256:a',
    origin: 'https://p.example',
    model: 'm',
    leasedAt: start,
    ...facts,
  };
}

function failureOf(failureClass: FailureClass, retryAfterMs?: number): Failure {
  const evidence = { rule: 'test', kind: 'status' } as const;
  return {
    class: failureClass,
    evidence,
    message: 'why',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

describe('Health', () => {
  it('B45, A33: a limit on one model leaves the other models of the key free', () => {
    const { health } = setUp();
    health.noteLeft(leaseOf(), failureOf('rate-limit'));
    expect(health.standing(leaseOf()).state).toBe('benched');
    expect(health.standing(leaseOf({ model: 'n' })).state).toBe('free');
  });

  it('B52, B7: a new secret has no history', () => {
    const { health } = setUp();
    health.noteLeft(leaseOf(), failureOf('auth-rejected'));
    expect(health.standing(leaseOf({ fingerprint: 'sha256:b', account: 'sha256:b' })).state).toBe('free');
  });

  it('a secret that appears in a benched account later is tried at once (law 5)', () => {
    const { health } = setUp();
    health.noteSeen('team', 'sha256:a');
    health.noteLeft(leaseOf({ account: 'team' }), failureOf('billing'));
    expect(health.standing(leaseOf({ account: 'team' })).state).toBe('benched');
    expect(health.standing(leaseOf({ account: 'team', fingerprint: 'sha256:new' })).state).toBe('free');
  });

  it('B50: a success ends the marks that are older than its lease, and no newer one (law 14)', async () => {
    const { host, health } = setUp();
    const early = leaseOf();
    await host.advance(10);
    health.noteLeft(leaseOf(), failureOf('rate-limit'));
    health.noteSuccess(early);
    expect(health.standing(leaseOf()).state).toBe('benched');
    health.noteSuccess(leaseOf({ leasedAt: start + 20 }));
    expect(health.standing(leaseOf()).state).toBe('free');
  });

  it('B49: after its window a mark is due and exactly one lease takes the probe', async () => {
    const { host, health } = setUp();
    health.noteLeft(leaseOf(), failureOf('rate-limit'));
    await host.advance(2001);
    const standing = health.standing(leaseOf());
    if (standing.state !== 'due') throw new Error(`it is ${standing.state}`);
    expect(await health.claimProbes(standing.marks, 'one', 1000)).toBe(true);
    expect(await health.claimProbes(standing.marks, 'two', 1000)).toBe(false);
    await host.advance(1001);
    expect(await health.claimProbes(standing.marks, 'two', 1000)).toBe(true);
  });

  it('the end of an open window does not move, and the next window is longer', async () => {
    const { host, health, marks } = setUp();
    health.noteLeft(leaseOf(), failureOf('rate-limit'));
    await host.advance(1000);
    health.noteLeft(leaseOf(), failureOf('rate-limit'));
    expect((await marks())[0]?.until).toBe(start + 2000);
    await host.advance(1001);
    health.noteLeft(leaseOf(), failureOf('rate-limit'));
    expect((await marks())[0]?.until).toBe(start + 2001 + 4000);
  });

  it('a provider-named end is trusted up to its cap', async () => {
    const { health, marks } = setUp();
    health.noteLeft(leaseOf(), failureOf('rate-limit', 100 * 3_600_000));
    expect((await marks())[0]?.until).toBeLessThanOrEqual(start + 6 * 3_600_000 * 1.05);
    expect((await marks())[0]?.endSetBy).toBe('provider');
  });

  it('a server error marks only after three in a row', async () => {
    const { health, marks } = setUp();
    for (let row = 0; row < 2; row++) health.countFailure(leaseOf(), failureOf('server-error'));
    health.noteLeft(leaseOf(), failureOf('server-error'));
    expect(await marks()).toEqual([]);
    health.countFailure(leaseOf(), failureOf('server-error'));
    health.noteLeft(leaseOf(), failureOf('server-error'));
    expect(await marks()).toHaveLength(1);
  });

  it.each<FailureClass>([
    'content-policy',
    'context-overflow',
    'bad-request',
    'unknown',
    'tls',
    'local',
    'client-gone',
  ])('%s blames nobody (law 15, A34)', async (failureClass) => {
    const { health, marks } = setUp();
    health.countFailure(leaseOf(), failureOf(failureClass));
    health.noteLeft(leaseOf(), failureOf(failureClass));
    expect(await marks()).toEqual([]);
  });
});
