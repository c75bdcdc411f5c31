/** The pace of an attempt and with it its limits, purely from request and target (law 13). */

import type { Pace } from '../../model/protocol.ts';
import type { Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import { chooseLimits, type EffectiveLimits } from '../../transport/deadlines.ts';

/** A probe outlives its attempt's first-content limit by this much (law 7). */
const probeSlackMs = 10_000;

export function choosePace(body: ReadBody, target: Target): Pace {
  if (!body.stream) return 'whole';
  if (target.pace !== undefined) return target.pace;
  const asksReasoning = body.asksReasoning || (target.reasoningEffort ?? 'none') !== 'none';
  const mayThink = asksReasoning || target.thinks !== false || isPrivateOrigin(target.origin);
  return mayThink ? 'thinking' : 'quick';
}

export function limitsOf(pace: Pace, target: Target): EffectiveLimits {
  return chooseLimits(pace, target.limits, pace === 'thinking' && isPrivateOrigin(target.origin));
}

/** How long a probe by this request may take: until its first content, or its whole answer, must have come; milliseconds. */
export function probeLifeMs(body: ReadBody, target: Target): number {
  const pace = choosePace(body, target);
  const { lastFirstContentMs, firstContentMs, wholeMs } = limitsOf(pace, target);
  return (pace === 'whole' ? wholeMs : Math.max(firstContentMs, lastFirstContentMs)) + probeSlackMs;
}

/** Loopback and private networks: local servers, which load a model before they answer. */
function isPrivateOrigin(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])/i.test(
    origin,
  );
}
