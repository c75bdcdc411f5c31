/**
 * What is said at one site of a host says nothing of another, but for the way there (laws 5 and 6);
 * and what older rows say of all.
 */

import { describe, expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth, start } from '../../../test/fakes/health-stage.ts';
import type { Lease } from '../../model/credential.ts';
import type { FailureClass, Mark } from '../../model/failure.ts';
import { markKey } from './marks.ts';

const siteOf = (name: string): string => `https://p.example/${name}/v1`;
const at = (name: string, facts: Partial<Lease> = {}): Lease =>
  leaseOf({ site: siteOf(name), ...facts });
const hour = 3_600_000;

/** A mark as versions before sites wrote it. */
function olderMark(cause: FailureClass, more: Partial<Mark> = {}): Mark {
  const scope = more.scope ?? { origin: 'https://p.example', account: 'sha256:a' };
  const open = { since: start - 1000, until: start + hour, endSetBy: 'ours', strikes: 2 } as const;
  return { key: markKey(cause, scope), cause, evidence: 'why', ...open, ...more, scope };
}

describe('a mark', () => {
  const ofSite = [
    'auth-rejected',
    'auth-suspect',
    'auth-revoked',
    'forbidden-model',
    'billing',
    'quota',
    'rate-limit',
    'overloaded',
    'server-error',
    'timeout',
    'stream-cut',
    'stream-stall',
    'malformed',
    'model-missing',
  ] as const;

  it.each(ofSite)(
    'of %s stands at its site alone, and a success elsewhere does not end it',
    (cause) => {
      const { health } = stageHealth();
      health.openMark(at('plan'), failureOf(cause), { isWaited: true });
      expect(['plan', 'paid'].map((name) => health.standing(at(name)).state)).toEqual([
        'held-back',
        'free',
      ]);
      health.noteSuccess(at('paid', { leasedAt: start + 1 }));
      health.noteWhole(at('paid', { leasedAt: start + 1 }));
      expect(health.standing(at('plan')).state).toBe('held-back');
    },
  );

  it('of a host that is out of reach covers every site, and whoever answers there ends it', () => {
    const { health } = stageHealth();
    health.openMark(at('plan'), failureOf('connect'), { isWaited: true });
    expect(['plan', 'paid'].map((name) => health.standing(at(name)).state)).toEqual([
      'held-back',
      'held-back',
    ]);
    health.noteHead(at('paid', { leasedAt: start + 1 }));
    expect(health.standing(at('plan')).state).toBe('free');
  });
});

describe('failures in a row', () => {
  it('are counted for each site, and a success elsewhere does not end the row', async () => {
    const { health, marks } = stageHealth();
    for (let row = 0; row < 3; row++) {
      health.countFailure(at('plan'), failureOf('timeout'));
      health.countFailure(at('paid'), failureOf('timeout'));
      health.noteSuccess(at('paid'));
    }
    health.openMark(at('paid', { leasedAt: start + 1 }), failureOf('timeout'));
    health.openMark(at('plan', { leasedAt: start + 1 }), failureOf('timeout'));
    expect((await marks()).map(({ scope }) => scope.site)).toEqual([siteOf('plan')]);
  });
});

describe('a secret', () => {
  it('is proven at its site alone (law 6)', () => {
    const { health } = stageHealth();
    health.noteSuccess(at('paid'));
    expect([health.provenAt(at('paid')), health.provenAt(at('plan'))]).toEqual([start, undefined]);
    expect([health.hasWorkedWith(at('paid')), health.hasWorkedWith(at('plan'))]).toEqual([
      true,
      false,
    ]);
  });

  it('that two sites of a host refuse is refused there, but where it has worked', () => {
    const { health } = stageHealth();
    health.noteSuccess(at('works'));
    health.openMark(at('one'), failureOf('auth-rejected'));
    expect(health.standing(at('third')).state).toBe('free');
    health.openMark(at('two'), failureOf('auth-revoked'));
    const states = (name: string, facts: Partial<Lease> = {}) =>
      health.standing(at(name, facts)).state;
    expect([states('third'), states('works')]).toEqual(['held-back', 'free']);
    expect(health.standing(at('third'))).toMatchObject({
      isElsewhere: true,
      until: start + hour / 4,
    });
    expect(states('third', { fingerprint: 'sha256:b', account: 'sha256:b' })).toBe('free');
    expect(states('third', { origin: 'https://q.example' })).toBe('free');
    health.noteSuccess(at('two', { leasedAt: start + 1 }));
    expect(states('third')).toBe('free');
  });

  it('is refused for the host until but one of the refusals is left, and then asked without a probe', async () => {
    const { host, health } = stageHealth();
    health.openMark(at('one'), failureOf('auth-rejected'));
    health.openMark(at('two'), failureOf('auth-revoked'));
    await host.advance(hour / 4 + 1);
    expect(health.standing(at('third')).state).toBe('free');
    expect(health.standing(at('one')).state).toBe('due');
  });

  it.each([
    ['a model each', failureOf('auth-suspect'), { model: 'n' }],
    ['what is no refusal of the secret', failureOf('quota'), {}],
    ['nobody, where no key is asked for', failureOf('auth-rejected'), { fingerprint: 'none' }],
  ])('is not refused for the host by two sites that refuse %s', (_what, failure, facts) => {
    const { health } = stageHealth();
    for (const name of ['one', 'two']) health.openMark(at(name, facts), failure);
    const other = { ...facts, model: 'other' };
    expect(health.standing(at('third', other)).state).toBe('free');
  });
});

describe('a mark by origin, from before there were sites', () => {
  const quota = olderMark('quota');

  async function startWith(...older: readonly Mark[]) {
    const stage = stageHealth();
    for (const mark of older)
      await stage.store.openMark(mark, { leasedAt: mark.since, now: mark.since });
    await stage.health.load();
    return stage;
  }

  it('counts for every site until the site has worked, there alone, and after a restart too', async () => {
    const { host, health, open } = await startWith(quota);
    const states = (of = health) => ['plan', 'paid'].map((name) => of.standing(at(name)).state);
    expect(states()).toEqual(['held-back', 'held-back']);
    await host.advance(1000);
    health.noteSuccess(at('paid', { leasedAt: start + 1 }));
    expect(states()).toEqual(['held-back', 'free']);
    await health.close();
    const next = open();
    await next.load();
    expect(states(next)).toEqual(['held-back', 'free']);
  });

  it('ends for all by a reset of any, and is told of once', async () => {
    const { health, marks } = await startWith(quota);
    for (const name of ['plan', 'paid']) health.standing(at(name));
    expect(health.marks()).toEqual([quota]);
    expect(health.marksAt(at('plan')).map(({ scope }) => scope.site)).toEqual([siteOf('plan')]);
    const { origin, site } = at('plan');
    expect(health.marksInside({ origin, site })).toHaveLength(1);
    expect(await health.reset({ origin, site })).toEqual([quota]);
    expect(['plan', 'paid', 'new'].map((name) => health.standing(at(name)).state)).toEqual(
      Array(3).fill('free'),
    );
    expect(await marks()).toEqual([]);
  });

  it('gives its strikes to the first mark of a site', async () => {
    const over = olderMark('quota', { until: start - 1 });
    const { health, marks } = await startWith(over);
    expect(health.standing(at('plan')).state).toBe('due');
    health.openMark(at('plan'), failureOf('quota'));
    const [own] = (await marks()).filter(({ scope }) => scope.site !== undefined);
    expect(own?.strikes).toBe(3);
    health.noteSuccess(at('plan', { leasedAt: start + 1 }));
    expect(health.standing(at('plan')).state).toBe('free');
    expect(health.standing(at('paid')).state).toBe('due');
  });

  it('of what has worked counts for every site until the site has worked itself', async () => {
    const { store, health } = stageHealth();
    const row = { site: 'https://p.example', fingerprint: 'sha256:a', at: start - 5 };
    await store.putProven([row, { ...row, model: 'm' }]);
    await health.load();
    health.noteSuccess(at('paid'));
    expect(['plan', 'paid'].map((name) => health.provenAt(at(name)))).toEqual([start - 5, start]);
    expect([
      health.hasWorkedWith(at('plan')),
      health.hasWorkedWith(at('plan', { model: 'n' })),
    ]).toEqual([true, false]);
    for (const name of ['one', 'two'])
      health.openMark(at(name, { leasedAt: start + 1 }), failureOf('auth-revoked'));
    expect(health.standing(at('plan')).state).toBe('free');
  });

  it('of a host that is out of reach speaks of it still', async () => {
    const { health } = await startWith(
      olderMark('connect', { scope: { origin: 'https://p.example' } }),
    );
    expect(health.standing(at('plan')).state).toBe('held-back');
    health.noteHead(at('paid', { leasedAt: start + 1 }));
    expect(health.standing(at('plan')).state).toBe('free');
  });
});
