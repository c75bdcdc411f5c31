/** The judge of the hammering processes: what it calls two owners of one probe. */

import { expect, it } from 'vitest';
import { checkClaims, type Fact, Facts } from './hammer-facts.ts';

it.each<[string, readonly Fact[], boolean]>([
  ['one after the other', [taken('a', 5, 200), taken('b', 201, 401)], true],
  ['the second before the end of the first', [taken('a', 5, 200), taken('b', 199, 399)], false],
  [
    'the second once the first lets go',
    [taken('a', 5, 200), letGo('a', 20), taken('b', 20, 220)],
    true,
  ],
  [
    'the second before the first lets go',
    [taken('a', 5, 200), letGo('a', 20), taken('b', 19, 219)],
    false,
  ],
  ['the first is told after its end', [taken('a', 210, 200), taken('b', 205, 405)], true],
  ['another probe', [taken('a', 5, 200), { ...taken('b', 6, 206), name: 'other' }], true],
])('%s', (_, facts, isRight) => {
  const check = () => checkClaims(new Facts(facts));
  if (isRight) expect(check).not.toThrow();
  else expect(check).toThrow();
});

function taken(owner: string, from: number, until: number): Extract<Fact, { type: 'taken' }> {
  return { type: 'taken', name: 'probe', owner, from, until };
}

function letGo(owner: string, at: number): Fact {
  return { type: 'releasing', owner, at };
}
