/** The one table of keys: each behaves as its row says, and `+anything` after it makes another key of the same kind. */

import type { KeyBehaviour, SimRefusal } from './fault.ts';
import { createNameLookup, type NameRow } from './name-table.ts';
import { createStatusRefusal, exhaustedQuota, revokedKey, unknownKey } from './refusals.ts';

/** What every key of the simulated provider begins with. */
export const keyPrefix = 'sk-sim-';

/** Every kind of key, in the order `holdfast sim --list` prints them; names lack the prefix `sk-sim-`. */
export const keyRows: readonly NameRow<KeyBehaviour>[] = [
  { name: 'good', example: 'good', effect: 'is accepted', build: () => ({ kind: 'good' }) },
  refused('revoked', '401 token_invalidated, always', revokedKey),
  refused('never', '401 invalid_api_key, always', unknownKey),
  {
    name: 'flaky-N',
    example: 'flaky-2',
    effect: 'is accepted once, then 401 N times, and so on in turn',
    build: ([refusals = 1]) => ({ kind: 'flaky', refusals }),
  },
  {
    name: 'outage-Ns',
    example: 'outage-5s',
    effect: '401 for N s, beginning with the first request after the first success',
    build: ([seconds = 0]) => ({ kind: 'outage', seconds }),
  },
  refused('exhausted', '429 insufficient_quota, always', exhaustedQuota),
  {
    name: 'spent-N',
    example: 'spent-2',
    effect: 'is accepted N times, then 429: the quota of its plan is exhausted',
    build: ([served = 0]) => ({ kind: 'spent', served }),
  },
  refused('broke', '402, always', createStatusRefusal(402)),
  {
    name: 'limited-Nrpm',
    example: 'limited-5rpm',
    effect: '429 with Retry-After beyond N requests in any minute; every answer says how many are left',
    build: ([perMinute = 1]) => ({ kind: 'limited', perMinute }),
  },
  refused('forbidden', '403, no access to the model, always', createStatusRefusal(403)),
];

/** The behaviour a name (without `sk-sim-`) asks for. */
export const lookUpKeyBehaviour: (name: string) => KeyBehaviour | undefined = createNameLookup(keyRows);

function refused(name: string, effect: string, refusal: SimRefusal): NameRow<KeyBehaviour> {
  return { name, example: name, effect, build: () => ({ kind: 'refused', refusal }) };
}
