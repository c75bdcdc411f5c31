/** Only the words of somebody else are quoted. */

import { describe, expect, it } from 'vitest';
import { nameSetter } from '../../access/wording/when.ts';
import { openMark } from '../../credentials/health/marks.ts';
import { failureClasses, isFailureClass, rowOfClass } from '../../failures/classes.ts';
import { listEvidence } from './standing-words.ts';

describe('the words of a class', () => {
  it.each(Object.keys(failureClasses).filter(isFailureClass))(
    '%s are quoted if an answer said them',
    (cause) => {
      const isOurs = rowOfClass(cause).phrases.brief !== undefined;
      const told = listEvidence({ cause, evidence: 'words' }, 1);
      expect(told).toEqual([isOurs ? 'words' : 'it said: "words"']);
      const page = { is: 'page', meant: cause } as const;
      const answered = { cause, status: 403, evidence: 'words' };
      expect(listEvidence(answered, 1, 'acme')).toEqual(['acme said: 403 "words"']);
      expect(listEvidence({ ...answered, speaker: page }, 1)).toEqual(['words']);
    },
  );
});

describe('the end of a rest', () => {
  const limited = Object.keys(failureClasses)
    .filter(isFailureClass)
    .flatMap((cause) => {
      const capMs = rowOfClass(cause).mark?.capMs;
      return capMs === undefined ? [] : [[cause, capMs] as const];
    });

  it.each(limited)(
    'of %s is the named one, up to its cap; beyond it both are told',
    (cause, capMs) => {
      for (const namedMs of [1000, capMs / 2, capMs, capMs + 1, 3 * capMs, 40 * capMs]) {
        const mark = openMark({
          failure: {
            class: cause,
            evidence: { rule: 'r', kind: 'code' },
            message: '',
            retryAfterMs: namedMs,
          },
          scope: {},
          now: 0,
          previous: undefined,
          outage: { strikes: 0, ageMs: 0 },
          random: 0,
          knownFingerprints: undefined,
        });
        const isSooner = namedMs > capMs;
        expect(mark).toMatchObject({ endSetBy: 'provider', until: Math.min(namedMs, capMs) });
        const [told = ''] = mark === undefined ? [] : listEvidence(mark, 0);
        expect(told.includes('our limit; the provider named')).toBe(isSooner);
        expect(told.includes('as the provider says')).toBe(!isSooner);
        const named = mark && nameSetter('acme/m', mark, 0);
        expect(named).toMatch(isSooner ? /^our limit; acme named \d/ : /^set by acme$/);
      }
    },
  );

  it.each([
    // [named after, asked again after, as told by doctor, as told of a target]
    [41_234_000, 42_480_000, 'the provider named', /^acme named (\d+ \w+ )?\d\d:\d\d$/],
    [20_000, 21_000, 'the provider named', /^acme named \d\d:\d\d:\d\d$/],
    [20_000, 20_400, 'as the provider says', /^set by acme$/],
    [3_600_000, 3_601_000, 'as the provider says', /^set by acme$/],
    [7_200_000, 3_600_000, 'our limit; the provider named', /^our limit; acme named \d/],
  ])('named after %i ms and spread to %i ms is told with the provider’s own moment', (...row) => {
    const [namedUntil, until, told, ofTarget] = row;
    const end = { cause: 'quota', since: 0, until, endSetBy: 'provider', namedUntil } as const;
    const [words = ''] = listEvidence(end, 0);
    expect(words.slice(words.indexOf('), ') + 3)).toMatch(new RegExp(`^${told}`));
    expect(nameSetter('acme/m', end, 0)).toMatch(ofTarget);
  });

  it('that nobody named is our estimate, and is not told when it is over', () => {
    const end = { cause: 'quota', since: 0, until: 5000, endSetBy: 'ours' } as const;
    expect(listEvidence(end, 1)).toEqual([expect.stringContaining('our estimate')]);
    expect(listEvidence(end, 5000)).toEqual([]);
  });
});
