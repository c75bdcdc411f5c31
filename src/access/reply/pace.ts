/** The pace of an attempt and with it its limits, from request and target (law 13). Pure. */

import type { Pace } from '../../model/protocol.ts';
import type { Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import { chooseLimits, type EffectiveLimits, type LimitFacts } from '../../transport/deadlines.ts';

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

export function limitsOf(
  pace: Pace,
  target: Target,
  facts: Pick<LimitFacts, 'isCold' | 'bodyBytes'>,
): EffectiveLimits {
  const { limits, isLocal = false, slowStartMs } = target;
  return chooseLimits(pace, limits, { ...facts, isLocal, slowStartMs });
}
