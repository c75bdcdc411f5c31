/** What a process knows of its marks does not grow for ever, whatever its callers name. */

import { expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth } from '../../../test/fakes/health-stage.ts';

it('keeps as many marks as the store, and the latest of them holds', async () => {
  const { host, health, marks } = stageHealth();
  const notes = 5001;
  for (let index = 0; index < notes; index++)
    health.openMark(leaseOf({ model: `m${index}` }), failureOf('rate-limit', 60_000 + index));
  await host.advance(0);
  expect(health.marks().length).toBe(4500);
  expect(await marks()).toHaveLength(4500);
  expect(health.standing(leaseOf({ model: `m${notes - 1}` })).state).toBe('held-back');
  expect(health.standing(leaseOf({ model: 'm0' })).state).toBe('free');
});

it('counts failures in a row for no more than the latest thousand', () => {
  const { health } = stageHealth();
  const failure = failureOf('stream-cut');
  const count = (model: string): void => health.countFailure(leaseOf({ model }), failure);
  for (let time = 0; time < 3; time++) count('early');
  for (let index = 0; index < 1000; index++) count(`m${index}`);
  for (let time = 0; time < 3; time++) count('late');
  for (const model of ['early', 'late']) health.openMark(leaseOf({ model }), failure);
  expect(health.standing(leaseOf({ model: 'late' })).state).toBe('held-back');
  expect(health.standing(leaseOf({ model: 'early' })).state).toBe('free');
});
