/**
 * Probes a mark of `connect` while another candidate is free (law 7): a connection is opened beside
 * the request, which goes to the next target meanwhile. Nothing is sent on it, and no caller waits
 * for an unreachable server.
 */

import type { Lease } from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import { classifyException } from '../classify/classify-exception.ts';
import type { Engine } from '../request/engine.ts';
import { claimMs } from '../request/holds.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { Due } from '../select/verdict.ts';
import { hasFreeTargetAt } from './situation.ts';

/** True where the request has to pass this candidate over: its connection is being tried. */
export async function probeConnection(
  context: RequestContext,
  { lease, standing }: Due,
): Promise<boolean> {
  const { engine, holds } = context;
  const marks = standing.marks.filter(({ cause }) => cause === 'connect');
  if (
    marks.length === 0 ||
    holds?.turn !== undefined ||
    engine.lessons.reachable.of(lease) === true
  )
    return false;
  if (!hasFreeTargetAt(context, (origin) => origin !== lease.origin)) return false;
  const owner = `connection ${engine.host.randomToken(6)}`;
  if (await engine.health.claimProbes(marks, owner, claimMs))
    void tryBeside(engine, lease, { marks, owner });
  return true;
}

/**
 * A server that can be reached may refuse all the same: what it says to the next request ends the
 * mark, or opens it anew.
 */
async function tryBeside(
  { host, health, lessons }: Engine,
  lease: Lease,
  { marks, owner }: { readonly marks: readonly Mark[]; readonly owner: string },
): Promise<void> {
  const keys = marks.map(({ key }) => key);
  const probe = { ...lease, leasedAt: host.clock.now(), probeOf: keys };
  try {
    await host.tryConnection(lease.origin);
    lessons.reachable.learn(lease, true);
  } catch (error) {
    const failure = classifyException(error, { hasHead: false, isUnsent: true });
    health.countFailure(probe, failure);
    health.openMark(probe, failure);
    if (failure.class !== 'connect' && failure.class !== 'local')
      lessons.reachable.learn(lease, true);
  }
  await health.releaseProbes(marks, owner);
}
