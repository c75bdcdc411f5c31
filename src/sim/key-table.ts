/**
 * The table of keys: each behaves as its row says, and a suffix `+anything` makes another key of
 * the same kind.
 */

import type { ScaledTime } from './clock.ts';
import type { KeyBehaviour, KeyMemory, SimKeyVerdict, SimRefusal } from './fault.ts';
import { createNameLookup, type NameRow } from './name-table.ts';
import {
  createStatusRefusal,
  doubtedKey,
  exhaustedQuota,
  revokedKey,
  spentPlan,
  unknownKey,
} from './refusals.ts';

/** Every key of the simulated provider starts with this. */
export const keyPrefix = 'sk-sim-';

/** All kinds of keys, in the order of `holdfast sim --list`; names lack the prefix `sk-sim-`. */
export const keyRows: readonly NameRow<KeyBehaviour>[] = [
  ['good', 'is accepted', () => accept],
  refused('revoked', '401 token_invalidated, always', revokedKey),
  refused('never', '401 invalid_api_key, always', unknownKey),
  [
    'flaky-N',
    'is accepted once, then 401 N times, and so on in turn',
    (refusals) =>
      ({ requests }) => ({
        refusal: (requests - 1) % (refusals + 1) === 0 ? undefined : doubtedKey,
      }),
    'flaky-2',
  ],
  [
    'outage-Ns',
    '401 for N s, beginning with the first request after the first success',
    (seconds) => (memory, time) => judgeOutage(seconds, memory, time),
    'outage-5s',
  ],
  refused('exhausted', '429 insufficient_quota, always', exhaustedQuota),
  [
    'spent-N',
    'is accepted N times, then 429: the quota of its plan is exhausted',
    (served) =>
      ({ requests }) => ({ refusal: requests <= served ? undefined : spentPlan }),
    'spent-2',
  ],
  [
    'plan-N',
    'is accepted; each answer uses N % of a plan for 5 hours, and says so as Claude’s and Codex’s do',
    (percent) => (memory, time) => tellPlan(percent, memory, time),
    'plan-20',
  ],
  refused('broke', '402, always', createStatusRefusal(402)),
  [
    'limited-Nrpm',
    '429 with Retry-After beyond N requests in any minute; every answer says how many are left',
    (perMinute) => (memory, time) => judgeRate(perMinute, memory, time),
    'limited-5rpm',
  ],
  refused('forbidden', '403, no access to the model, always', createStatusRefusal(403)),
];

/** Returns the behaviour for a name (without `sk-sim-`). */
export const lookUpKeyBehaviour: (name: string) => KeyBehaviour | undefined =
  createNameLookup(keyRows);

function refused(name: string, effect: string, refusal: SimRefusal): NameRow<KeyBehaviour> {
  return [name, effect, () => () => ({ refusal })];
}

export function accept(): SimKeyVerdict {
  return {};
}

function judgeOutage(
  seconds: number,
  memory: KeyMemory,
  { now, scale }: ScaledTime,
): SimKeyVerdict {
  if (memory.requests === 1) return {};
  memory.outageBeganAt ??= now();
  return {
    refusal: now() - memory.outageBeganAt < seconds * 1000 * scale ? doubtedKey : undefined,
  };
}

/** Sends the remaining limit with every answer, as vendors do. */
function judgeRate(
  perMinute: number,
  memory: KeyMemory,
  { now, scale }: ScaledTime,
): SimKeyVerdict {
  const at = now();
  const windowMs = 60_000 * scale;
  const before = memory.accepted.filter((time) => at - time < windowMs);
  const [oldest] = before;
  const isFull = oldest !== undefined && before.length >= perMinute;
  memory.accepted = isFull ? before : [...before, at];
  const headers = {
    'x-ratelimit-limit-requests': String(perMinute),
    'x-ratelimit-remaining-requests': String(perMinute - memory.accepted.length),
    'x-ratelimit-reset-requests': `${Math.ceil((memory.accepted.at(-1) ?? at) - at + windowMs)}ms`,
  };
  if (!isFull) return { headers };
  // In simulated seconds: `retryHeaders` scales them.
  const retryAfterSeconds = scale === 0 ? 0 : (oldest + windowMs - at) / 1000 / scale;
  return { headers, refusal: { ...createStatusRefusal(429), retryAfterSeconds } };
}

/** Begins with the first request, and is used up in the end; a week has 20 times as much. */
function tellPlan(percent: number, memory: KeyMemory, { now, scale }: ScaledTime): SimKeyVerdict {
  const hourMs = 3_600_000 * scale;
  memory.planBeganAt ??= now();
  const used = memory.requests * percent;
  const endsAt = (hours: number): string =>
    String(Math.ceil(((memory.planBeganAt ?? 0) + hours * hourMs) / 1000));
  const headers = {
    'anthropic-ratelimit-unified-5h-utilization': String(Math.min(1, used / 100)),
    'anthropic-ratelimit-unified-5h-reset': endsAt(5),
    'anthropic-ratelimit-unified-7d-utilization': String(Math.min(1, used / 2000)),
    'anthropic-ratelimit-unified-7d-reset': endsAt(168),
    'x-codex-primary-used-percent': String(Math.min(100, used)),
    'x-codex-primary-window-minutes': String(300 * scale),
    'x-codex-primary-reset-at': endsAt(5),
    'x-codex-secondary-used-percent': String(Math.min(100, used / 20)),
    'x-codex-secondary-window-minutes': String(10_080 * scale),
    'x-codex-secondary-reset-at': endsAt(168),
  };
  return used > 100 ? { headers, refusal: spentPlan } : { headers };
}
