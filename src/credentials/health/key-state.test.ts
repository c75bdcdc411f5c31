/** The word for a key, by the marks that cover it. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failureClasses } from '../../failures/classes.ts';
import type { FailureClass, Mark } from '../../model/failure.ts';
import { isHeldBack, judgeKeyState, type KeyState } from './key-state.ts';

const now = 1_000_000_000;

function markOf(cause: FailureClass, leftMs: number): Mark {
  const since = now - 1000;
  const scope = { origin: 'https://one.test' };
  return {
    key: cause,
    cause,
    scope,
    since,
    until: now + leftMs,
    endSetBy: 'ours',
    strikes: 1,
    evidence: '',
  };
}

it.each<[string, readonly Mark[], boolean, KeyState]>([
  ['a key that nobody has tried', [], false, 'untried'],
  ['a key that has worked', [], true, 'works'],
  ['a limit that passes', [markOf('rate-limit', 5000)], true, 'rests'],
  ['no money', [markOf('billing', 5000)], true, 'out'],
  ['a refusal whose time is over', [markOf('auth-rejected', -1)], false, 'due'],
  [
    'a limit that outlasts a refusal',
    [markOf('rate-limit', 9000), markOf('billing', 5000)],
    true,
    'out',
  ],
  [
    'a limit behind a refusal that is over',
    [markOf('rate-limit', 9000), markOf('billing', -1)],
    true,
    'rests',
  ],
])('%s', (_what, marks, isProven, state) => {
  expect(judgeKeyState(marks, { isProven, now })).toBe(state);
});

it('holds a key back exactly while a mark is open, and is out exactly while one of them is nothing to wait for', () => {
  const marked = Object.entries(failureClasses).flatMap(([, { mark }], index) =>
    mark === undefined ? [] : [{ cause: names[index] ?? 'unknown', mark }],
  );
  const drawn = fc.array(
    fc.tuple(fc.constantFrom(...marked), fc.integer({ min: -5000, max: 900 })),
    {
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(drawn, fc.boolean(), (found, isProven) => {
      const state = judgeKeyState(
        found.map(([{ cause }, leftMs]) => markOf(cause, leftMs)),
        { isProven, now },
      );
      const open = found.filter(([, leftMs]) => leftMs > 0);
      expect(isHeldBack(state)).toBe(open.length > 0);
      expect(state === 'out').toBe(open.some(([{ mark }]) => mark.isWaitedFor !== true));
    }),
    { seed: 24, numRuns: 2000 },
  );
});

const names = parseNames(Object.keys(failureClasses));

function parseNames(found: readonly string[]): readonly FailureClass[] {
  return found as readonly FailureClass[];
}
