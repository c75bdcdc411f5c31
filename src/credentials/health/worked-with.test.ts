/** What a secret has worked with, model by model, and what a 403 makes of it (law 6). */

import { expect, it } from 'vitest';
import { leaseOf, stageHealth } from '../../../test/fakes/health-stage.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure } from '../../model/failure.ts';

it('a secret is known to have worked with the models it worked with, and with no other; that outlasts the process', async () => {
  const { health, open } = stageHealth();
  health.noteSuccess(leaseOf());
  health.noteSuccess(leaseOf({ fingerprint: 'none' }));
  await health.close();
  const next = open();
  await next.load();
  const worked = (facts: Partial<Lease>): boolean => next.hasWorkedWith(leaseOf(facts));
  expect([worked({}), worked({ account: 'another' })]).toEqual([true, true]);
  expect([
    worked({ model: 'n' }),
    worked({ site: 'https://p.example/plan' }),
    worked({ fingerprint: 'sha256:b' }),
    worked({ fingerprint: 'none' }),
  ]).toEqual([false, false, false, false]);
});

it("a login's new token has worked with the models that the old one did", async () => {
  const { store, health } = stageHealth();
  health.noteSuccess(leaseOf());
  health.noteRenewed({ origin: 'https://p.example', before: 'sha256:a', after: 'sha256:b' });
  expect(health.hasWorkedWith(leaseOf({ fingerprint: 'sha256:b' }))).toBe(true);
  expect(
    (await store.readHealth()).proven.filter(({ fingerprint }) => fingerprint === 'sha256:b'),
  ).toHaveLength(2);
});

it('a 403 never widens: it speaks of its model', () => {
  const { health } = stageHealth();
  const evidence = { rule: 'test', kind: 'status' } as const;
  const forbidden: Failure = { class: 'auth-suspect', evidence, message: 'Forbidden', status: 403 };
  health.openMark(leaseOf(), forbidden);
  health.openMark(leaseOf({ model: 'n' }), forbidden);
  const states = ['m', 'n', 'o'].map((model) => health.standing(leaseOf({ model })).state);
  expect(states).toEqual(['held-back', 'held-back', 'free']);
});
