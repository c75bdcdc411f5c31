/** The one table of keys: each behaves as its row says, and `+anything` after it makes another key of the same kind. */

import type { KeyBehaviour, SimRefusal } from './fault.ts';
import { createNameLookup, type NameRow } from './name-table.ts';
import { createStatusRefusal, exhaustedQuota, revokedKey, unknownKey } from './refusals.ts';

/** What every key of the simulated provider begins with. */
export const keyPrefix = 'sk-sim-';

/** Every kind of key, in the order `holdfast sim --list` prints them; names lack the prefix `sk-sim-`. */
export const keyRows: readonly NameRow<KeyBehaviour>[] = [
  ['good', 'is accepted', () => ({ kind: 'good' })],
  refused('revoked', '401 token_invalidated, always', revokedKey),
  refused('never', '401 invalid_api_key, always', unknownKey),
  [
    'flaky-N',
    'is accepted once, then 401 N times, and so on in turn',
    (refusals) => ({ kind: 'flaky', refusals }),
    'flaky-2',
  ],
  [
    'outage-Ns',
    '401 for N s, beginning with the first request after the first success',
    (seconds) => ({ kind: 'outage', seconds }),
    'outage-5s',
  ],
  refused('exhausted', '429 insufficient_quota, always', exhaustedQuota),
  [
    'spent-N',
    'is accepted N times, then 429: the quota of its plan is exhausted',
    (served) => ({ kind: 'spent', served }),
    'spent-2',
  ],
  refused('broke', '402, always', createStatusRefusal(402)),
  [
    'limited-Nrpm',
    '429 with Retry-After beyond N requests in any minute; every answer says how many are left',
    (perMinute) => ({ kind: 'limited', perMinute }),
    'limited-5rpm',
  ],
  refused('forbidden', '403, no access to the model, always', createStatusRefusal(403)),
];

/** The behaviour a name (without `sk-sim-`) asks for. */
export const lookUpKeyBehaviour: (name: string) => KeyBehaviour | undefined = createNameLookup(keyRows);

function refused(name: string, effect: string, refusal: SimRefusal): NameRow<KeyBehaviour> {
  return [name, effect, () => ({ kind: 'refused', refusal })];
}
