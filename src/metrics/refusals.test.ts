/** Refused callers are counted by what they were told, whatever they send. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorCodes } from '../errors.ts';
import { RefusalCounts } from './refusals.ts';

it('counts every refusal once, each text apart, without control characters', () => {
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
      const told = new Set(kinds.map(({ code, text }) => `${code} ${text}`));
      expect(told.size).toBe(kinds.length);
      expect(kinds.length).toBeLessThanOrEqual(
        new Set(refusals.map(({ code, text }) => `${code} ${text}`)).size,
      );
      expect(lines.length).toBeLessThanOrEqual(3 * kinds.length);
      for (const { text, fix = '', firstAt, lastAt } of kinds) {
        expect(text + fix).not.toMatch(/\p{Cc}/u);
        expect(firstAt).toBeLessThanOrEqual(lastAt);
      }
    }),
  );
});

it('keeps the causes of one code apart, and room for more texts than callers can use up', () => {
  const counts = new RefusalCounts();
  const note = (text: string): void =>
    void counts.note({ requestId: 'hfr_1', code: 'route-unknown', status: 404, text }, 0);
  note('another cause');
  for (let count = 0; count < 1000; count += 1) note(`there is no route /${count}`);
  note('another cause');
  const rows = counts.list();
  expect(rows).toHaveLength(257);
  expect(rows[0]).toMatchObject({ code: 'route-unknown', count: 745 });
  expect(rows[1]).toMatchObject({ count: 2, text: 'another cause' });
});
