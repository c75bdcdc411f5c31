/**
 * The pace of an attempt and with it its limits, from request and target (law 13); and which local targets have been asked
 * lately, since others may have to load their model before they answer.
 */

import type { Clock } from '../../host.ts';
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

/** Local servers put a model away that nobody has asked for this long. */
const coldAfterMs = 5 * 60_000;

export class Warmth {
  readonly #clock: Clock;
  readonly #askedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that the target is asked now; true when it was not asked for five minutes, or never. */
  ask({ isLocal, baseUrl, model }: Target): boolean {
    if (isLocal !== true) return false;
    const key = `${baseUrl} ${model}`;
    const before = this.#askedAt.get(key);
    const now = this.#clock.monotonic();
    this.#askedAt.set(key, now);
    return before === undefined || now - before > coldAfterMs;
  }
}
