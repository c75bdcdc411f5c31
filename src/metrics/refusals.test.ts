/** Refused callers are counted by kind, whatever they send. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorCodes } from '../errors.ts';
import { RefusalCounts } from './refusals.ts';

it('counts every refusal once, in as many kinds as there are codes, without control characters', () => {
  const refusal = fc.record({
    requestId: fc.string(),
    code: fc.constantFrom(...errorCodes),
    status: fc.integer({ min: 400, max: 599 }),
    text: fc.string({ unit: 'binary' }),
    fix: fc.option(fc.record({ text: fc.string({ unit: 'binary', maxLength: 400 }) }), {
      nil: undefined,
    }),
  });
  fc.assert(
    fc.property(fc.array(refusal, { maxLength: 200 }), (refusals) => {
      const counts = new RefusalCounts();
      const lines = refusals.flatMap((one, now) => counts.note(one, now) ?? []);
      const kinds = counts.list();
      expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(refusals.length);
      expect(kinds.length).toBe(new Set(refusals.map(({ code }) => code)).size);
      expect(lines.length).toBeLessThanOrEqual(3 * kinds.length);
      for (const { text, fix = '', firstAt, lastAt } of kinds) {
        expect(text + fix).not.toMatch(/\p{Cc}/u);
        expect(firstAt).toBeLessThanOrEqual(lastAt);
      }
    }),
  );
});
