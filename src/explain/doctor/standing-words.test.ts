/** Only the words of somebody else are quoted. */

import { describe, expect, it } from 'vitest';
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
  const day = 24 * 3_600_000;
  it.each([
    ['rate-limit', 3_600_000, 'as the provider says'],
    ['rate-limit', day, 'sooner than the provider says'],
    ['quota', day - 1, 'as the provider says'],
    ['quota', day, 'sooner than the provider says'],
  ] as const)('of %s in %i ms is the named one, up to the cap of its class', (cause, ms, said) => {
    const end = { cause, since: 0, until: ms, endSetBy: 'provider' } as const;
    expect(listEvidence(end, 1)).toEqual([expect.stringContaining(said)]);
    expect(listEvidence({ ...end, endSetBy: 'ours' }, 1)).toEqual([
      expect.stringContaining('our estimate'),
    ]);
    expect(listEvidence(end, ms)).toEqual([]);
  });
});
