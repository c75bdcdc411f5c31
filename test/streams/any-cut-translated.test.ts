/**
 * An answer that is translated, cut anywhere: the whole answer or one clean error in the caller's
 * protocol (laws 16 and 17).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, translatedTales } from './stream-cases.ts';
import { bytesOf, type Ending, manners, Teller } from './teller.ts';

describe.each(Object.entries(translatedTales))('%s', (_name, tale) => {
  const bytes = bytesOf(tale);

  it('cut twice, anywhere, in chunks of any size: the second cut falls into the continuation', async () => {
    const teller = new Teller(tale);
    const cut = fc.nat(bytes.length);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(cut, cut),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom<Ending>('reset', 'clean end'),
        fc.constantFrom(...manners),
        async (cuts, chunkSize, ending, manner) => {
          const got = await teller.tell({ cuts, ending, manner, chunkSize });
          expect(judge(tale, got, Math.max(...cuts))).toEqual([]);
        },
      ),
      { numRuns: 25, seed: 20261121 },
    );
  });
});
