/**
 * What we tell a client is read as it was meant wherever its bytes are cut in two: all of an answer
 * that has everything.
 */

import { describe, expect, it } from 'vitest';
import { readStream } from './oracle.ts';
import { sides, tell } from './sides.ts';
import { fromParts, sample, toParts } from './tellings.ts';

describe.each(sides)('an answer told as %s', (protocol, side) => {
  it('is read as it was meant at every cut of its bytes', async () => {
    const bytes = Buffer.from(tell(side, toParts(sample)));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(fromParts(await readStream(protocol, chunks)), `cut at ${cut}`).toEqual(sample);
    }
  });
});
