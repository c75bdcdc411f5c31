/**
 * Under any jumps of the clock: what fails is held back, what works is free, and no mark lasts much
 * longer than its window (law 7).
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth } from '../../../test/fakes/health-stage.ts';
import type { FailureClass } from '../../model/failure.ts';

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;

const jumpMs = fc.oneof(
  fc.constantFrom(-400 * day, -day, -2 * hour, -hour, -1, 1, hour, 2 * hour, day, 400 * day),
  fc.integer({ min: -2 * hour, max: 2 * hour }),
);
const causes: readonly FailureClass[] = [
  'rate-limit',
  'quota',
  'auth-rejected',
  'overloaded',
  'connect',
];
const step = fc.oneof(
  fc.record({ kind: fc.constant('jumps' as const), ms: jumpMs }),
  fc.record({ kind: fc.constant('passes' as const), ms: fc.integer({ min: 1, max: hour }) }),
  fc.record({ kind: fc.constant('works' as const) }),
  fc.record({ kind: fc.constant('restarts' as const) }),
  fc.record({
    kind: fc.constant('fails' as const),
    cause: fc.constantFrom(...causes),
    windowMs: fc.constantFrom(2 * second, 60 * second, hour, 5 * hour),
  }),
);

it('holds back what fails, lets go what works, and lets no jump back make a mark longer than its window once more', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const { host, health: first, open } = stageHealth();
      let health = first;
      const stateNow = () => health.standing(leaseOf()).state;
      /**
       * How long it was held back by the clock that does not jump, and how long it may have been.
       */
      let [heldMs, mayHoldMs, longestMs] = [0, 0, 0];
      for (const one of steps) {
        await host.advance(1);
        const lease = leaseOf({ leasedAt: host.clock.now() });
        if (one.kind === 'jumps') {
          host.jump(one.ms);
          if (one.ms < 0) mayHoldMs += longestMs;
        }
        if (one.kind === 'passes') {
          const wasHeld = stateNow() === 'held-back';
          await host.advance(one.ms);
          if (wasHeld && stateNow() === 'held-back') heldMs += one.ms;
        }
        if (one.kind === 'works') {
          // Of two that lie a few ms apart nobody knows the order; the next success does.
          for (const leasedAt of [lease.leasedAt, host.clock.now() + 1]) {
            await host.advance(leasedAt === lease.leasedAt ? 1 : 10);
            health.noteHead({ ...lease, leasedAt });
            health.noteSuccess({ ...lease, leasedAt });
            health.noteWhole({ ...lease, leasedAt });
          }
          expect(stateNow()).toBe('free');
        }
        if (one.kind === 'fails') {
          await host.advance(1);
          health.openMark(lease, failureOf(one.cause, one.windowMs), { isWaited: true });
          expect(stateNow()).toBe('held-back');
          longestMs = Math.max(longestMs, 1.2 * one.windowMs);
          mayHoldMs += longestMs;
        }
        if (one.kind === 'restarts') {
          await host.advance(0);
          await health.close();
          health = open();
          await health.load();
        }
        expect(heldMs).toBeLessThanOrEqual(mayHoldMs);
      }
    }),
    { seed: 20261123, numRuns: 2000 },
  );
});

it('asks early once a minute, also after the clock was set back', async () => {
  const { host, health } = stageHealth();
  health.openMark(leaseOf(), failureOf('quota', 5 * hour));
  const marks = health.marks();
  await host.advance(61 * second);
  expect(await health.claimProbes(marks, 'one', 1000)).toBe(true);
  expect(health.mayProbeEarly(marks)).toBe(false);
  host.jump(-hour / 2);
  await host.advance(61 * second);
  expect(health.mayProbeEarly(marks)).toBe(true);
});

it('a mark that ends in the future stays, although the clock ran far ahead for a while', async () => {
  const { host, health, open, marks } = stageHealth();
  health.openMark(leaseOf(), failureOf('quota', 5 * hour));
  await host.advance(1);
  host.jump(400 * day);
  const other = leaseOf({ model: 'other', leasedAt: host.clock.now() });
  health.openMark(other, failureOf('overloaded'));
  health.noteSuccess({ ...other, fingerprint: 'sha256:b', account: 'sha256:b' });
  await host.advance(1);
  host.jump(-400 * day);
  await health.close();
  const next = open();
  await next.load();
  expect(next.standing(leaseOf()).state).toBe('held-back');
  expect(await marks()).toHaveLength(1);
});
