/** Which limit a person is told of first. */

import { expect, it } from 'vitest';
import type { CredentialState } from '../../explain/snapshot/snapshot.ts';
import type { LimitWindow } from '../../model/credential.ts';
import { findEmptyFirst } from './empty-first.ts';

const hour = 3_600_000;
const week: LimitWindow = { of: 'plan', lengthMs: 168 * hour, share: 0.7, asOf: 0 };
const five: LimitWindow = { of: 'plan', lengthMs: 5 * hour, share: 0.4, asOf: 0 };
const minute: LimitWindow = { of: 'requests', lengthMs: 60_000, share: 0.1, asOf: 0 };

function keyOf(id: string, windows: readonly LimitWindow[], ofLogin: readonly LimitWindow[] = []) {
  const logins = ofLogin.length === 0 ? undefined : [{ account: 'a', windows: ofLogin }];
  return parseKey({ id, windows, logins });
}

/** Nothing else of a key is read. */
function parseKey(key: object): CredentialState {
  return key as CredentialState;
}

it.each<readonly [string, readonly CredentialState[], string | undefined]>([
  ['no key', [], undefined],
  ['nothing known', [keyOf('a', [{ ...week, share: undefined }])], undefined],
  ['the least left', [keyOf('a', [week]), keyOf('b', [five])], 'b 0.4'],
  ['not what is full again in a minute', [keyOf('a', [minute, week])], 'a 0.7'],
  ['nothing left', [keyOf('a', [five]), keyOf('b', [{ ...week, share: 0 }])], 'b 0'],
  [
    'a forecast before what has less',
    [keyOf('a', [five]), keyOf('b', [{ ...week, emptyAt: 9 }])],
    'b 0.7',
  ],
  [
    'the nearest forecast',
    [keyOf('a', [{ ...five, emptyAt: 9 }]), keyOf('b', [{ ...minute, emptyAt: 8 }])],
    'b 0.1',
  ],
  ["a caller's login", [keyOf('a', [week], [five])], 'a 0.4'],
])('tells %s', (_, credentials, expected) => {
  const found = findEmptyFirst(credentials);
  expect(found && `${found.credential.id} ${found.limit.share}`).toBe(expected);
});
