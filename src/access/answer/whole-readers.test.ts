/** A whole answer has a limit of its own. */

import { expect, it } from 'vitest';
import type { OngoingAttempt, Outcome } from './outcome.ts';
import { BodyReader } from './whole-readers.ts';

it('takes an answer of 256 MB and no byte more', () => {
  const settled: Outcome[] = [];
  const attempt = { pace: 'whole', settle: (outcome: Outcome) => settled.push(outcome) };
  const reader = new BodyReader(attempt as unknown as OngoingAttempt, { status: 200, headers: {} });
  const chunk = Buffer.alloc(32 * 1024 * 1024);
  for (let sent = 0; sent < 8; sent++) reader.push(chunk);
  expect(settled).toEqual([]);
  reader.push(Buffer.from('x'));
  expect(settled).toMatchObject([
    { kind: 'failed', failure: { class: 'malformed', evidence: { rule: 'endless-body' } } },
  ]);
});
