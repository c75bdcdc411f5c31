/**
 * Marks of what a model or a server did wrong speak of the operation that was asked, and of no
 * other (law 5).
 */

import { describe, expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth, start } from '../../../test/fakes/health-stage.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure, FailureClass, Mark } from '../../model/failure.ts';
import type { Health } from './health.ts';
import { markKey } from './marks.ts';

/** As often in a row as any class needs before its first mark. */
function leave(health: Health, lease: Lease, failure: Failure): void {
  for (let times = 0; times < 3; times++) health.countFailure(lease, failure);
  health.openMark(lease, failure);
}

describe.each<FailureClass>([
  'model-missing',
  'server-error',
  'malformed',
  'timeout',
  'overloaded',
])('%s marks the operation that failed and no other', (failureClass) => {
  it('whichever fails, the others stay free', () => {
    const { health } = stageHealth();
    leave(health, leaseOf({ operation: 'embed' }), failureOf(failureClass));
    const states = (['embed', 'generate', 'count-tokens'] as const).map(
      (operation) => health.standing(leaseOf({ operation })).state,
    );
    expect(states).toEqual(['held-back', 'free', 'free']);
  });

  it('a success of another operation neither ends the mark nor outdates a failure', async () => {
    const { host, health } = stageHealth();
    leave(health, leaseOf({ operation: 'embed' }), failureOf(failureClass));
    const late = leaseOf({ operation: 'count-tokens' });
    await host.advance(10);
    health.noteSuccess(leaseOf({ leasedAt: start + 5 }));
    expect(health.standing(leaseOf({ operation: 'embed' })).state).toBe('held-back');
    leave(health, late, failureOf(failureClass));
    expect(health.standing(leaseOf({ operation: 'count-tokens' })).state).toBe('held-back');
    health.noteSuccess(leaseOf({ operation: 'embed', leasedAt: start + 20 }));
    expect(health.standing(leaseOf({ operation: 'embed' })).state).toBe('free');
  });

  it('a mark from before operations were told apart holds for all of them, until a success of any', async () => {
    const { store, health } = stageHealth();
    const scope = { origin: 'https://p.example', model: 'm' };
    const old: Mark = {
      key: markKey(failureClass, scope),
      cause: failureClass,
      scope,
      since: start,
      until: start + 1000,
      endSetBy: 'ours',
      strikes: 1,
      evidence: 'why',
    };
    await store.openMark(old, { leasedAt: start, now: start });
    await health.load();
    expect(health.standing(leaseOf({ operation: 'embed' })).state).toBe('held-back');
    expect(health.standing(leaseOf()).state).toBe('held-back');
    health.noteSuccess(leaseOf({ leasedAt: start + 1 }));
    expect(health.standing(leaseOf({ operation: 'embed' })).state).toBe('free');
  });
});

it.each<FailureClass>(['connect', 'rate-limit', 'billing', 'auth-rejected', 'stream-stall'])(
  '%s marks all operations',
  (failureClass) => {
    const { health } = stageHealth();
    leave(health, leaseOf({ operation: 'embed' }), failureOf(failureClass));
    expect(health.standing(leaseOf()).state).toBe('held-back');
  },
);
