/** Two checks that meet one cause tell it in one line. */

import { expect, it } from 'vitest';
import { joinForms } from './config-checks.ts';
import { createTrouble } from './troubles.ts';

it('a key that looks wrong and is refused is told once, with its form as evidence', () => {
  const print = 'sha256:0123456789abcdef';
  const form = createTrouble('broken', `one: the key at .env:1 (${print}) is a URL, not a key`, {});
  const other = createTrouble('broken', 'one: the key at .env:2 (sha256:ffff) is JSON', {});
  const refused = createTrouble('broken', `main: one rejects the key in .env:1 (${print})`, {
    evidence: ['it said: no'],
  });
  const clock = createTrouble('odd', 'the clock', {});
  const joined = joinForms([form, other], [refused, clock]);
  expect(joined.forms).toEqual([other]);
  expect(joined.routes).toEqual([
    { ...refused, evidence: ['the key is a URL, not a key', 'it said: no'] },
    clock,
  ]);
  expect(joinForms([form, other], [clock]).forms).toEqual([form, other]);
});
