/** The pace of an attempt, from request and target: its limits follow from it (law 13). Pure. */

import type { Pace } from '../../model/protocol.ts';
import type { Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import type { Lessons } from '../lessons.ts';

type PacedBody = Pick<ReadBody, 'stream' | 'asksReasoning' | 'refusesReasoning'>;

export function choosePace(body: PacedBody, target: Target): Pace {
  if (!body.stream) return 'whole';
  if (target.pace !== undefined) return target.pace;
  const { reasoningEffort } = target;
  const isAsked = body.asksReasoning || (reasoningEffort !== undefined && reasoningEffort !== 'none');
  if (isAsked) return 'thinking';
  if (body.refusesReasoning || reasoningEffort === 'none' || target.thinks === false) return 'quick';
  return target.thinks === true ? 'thinking' : 'normal';
}

/** A local server may have to load the model first, which nobody has asked for lately. From now on somebody has. */
export function wakes(warm: Lessons['warm'], target: Target): boolean {
  const isCold = warm.of(target) === undefined;
  warm.learn(target, true);
  return isCold;
}
