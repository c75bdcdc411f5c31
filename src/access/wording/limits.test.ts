/** Limit windows in words. */

import { expect, it } from 'vitest';
import type { LimitWindow } from '../../model/credential.ts';
import { describeLimits } from './limits.ts';

const at = (time: string): number => new Date(`2026-11-21T${time}`).getTime();
const now = at('14:03:00');
const read = { asOf: at('14:02:11') };
const tokens = { of: 'tokens', lengthMs: 60_000, refills: true, ...read } as const;
const plan = { of: 'plan', lengthMs: 5 * 3_600_000, ...read };

it.each<readonly [LimitWindow, string]>([
  [
    { ...tokens, model: 'gpt-5', share: 0.12, renewsAt: at('14:03:21') },
    'tokens (gpt-5): 12 % left until 14:03:21, said at 14:02:11',
  ],
  [{ ...tokens, share: 0 }, 'tokens: 0 % left, said at 14:02:11'],
  [{ ...tokens, share: 0.004 }, 'tokens: less than 1 % left, said at 14:02:11'],
  [{ ...tokens, share: 1 }, 'tokens: 100 % left, said at 14:02:11'],
  [
    { ...plan, share: 0.21, renewsAt: at('16:40'), emptyAt: at('15:10') },
    'plan for 5 h: 21 % left until 16:40, empty at 15:10 at this pace, said at 14:02:11',
  ],
  [
    { ...plan, lengthMs: 7 * 86_400_000, model: 'opus', asOf: at('11:03:00') },
    'plan for 7 days (opus): unknown, last read 3 h ago',
  ],
])('%j', (window, expected) => {
  expect(describeLimits({ windows: [window] }, now)).toEqual([expected]);
  const login = { account: 'login:0123', windows: [window] };
  expect(describeLimits({ windows: [], logins: [login] }, now)).toEqual([
    `login:0123: ${expected}`,
  ]);
});
