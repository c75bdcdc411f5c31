/** Only the words of somebody else are quoted. */

import { describe, expect, it } from 'vitest';
import { failureClasses, isFailureClass, rowOfClass } from '../../failures/classes.ts';
import { quoteEvidence } from './standing-words.ts';

describe('the words of a class', () => {
  it.each(Object.keys(failureClasses).filter(isFailureClass))(
    '%s are quoted if an answer said them',
    (cause) => {
      const isOurs = rowOfClass(cause).phrases.brief !== undefined;
      expect(quoteEvidence({ state: 'out', cause, evidence: 'words' })).toBe(
        isOurs ? 'words' : '"words"',
      );
    },
  );
});
