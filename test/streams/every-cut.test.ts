/**
 * A 200-event answer cut at every event: the whole answer or one clean error, nothing twice,
 * nothing missing (laws 16 and 17).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, tales } from './stream-cases.ts';
import { boundariesOf, bytesOf, type Ending, endings, manners, Teller } from './teller.ts';
import type { Tale } from './tongue.ts';

const asPrefill = { models: { m: { prefill: true } } };

function turn<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}

/** All of them in `openai-chat`, a third of them elsewhere: every-byte.ts leaves none out. */
function cutsOf(tale: Tale): readonly number[] {
  const cuts = boundariesOf(bytesOf(tale));
  return tale.tongue === undefined ? cuts : cuts.filter((_, index) => index % 3 === 0);
}

describe.each(Object.entries(tales))('%s', (_name, tale) => {
  const bytes = bytesOf(tale);

  it('cut at every event and told on by instruction', async () => {
    const teller = new Teller(tale);
    for (const [index, cut] of cutsOf(tale).entries()) {
      const manner = turn(manners, index);
      const got = await teller.tell({
        cuts: [cut],
        ending: turn(endings, Math.floor(index / 3)),
        manner,
      });
      expect(judge(tale, got, cut), `cut at byte ${cut}, told on: ${manner}`).toEqual([]);
    }
  });

  it('cut at every byte of three events, in chunks of five bytes', async () => {
    const teller = new Teller(tale);
    const [from = 0, , , to = bytes.length] = boundariesOf(bytes).slice(20);
    for (let cut = from; cut <= to; cut++) {
      const telling = {
        cuts: [cut],
        ending: turn(endings, cut),
        manner: turn(manners, cut),
        chunkSize: 5,
      };
      expect(judge(tale, await teller.tell(telling), cut), `cut at byte ${cut}`).toEqual([]);
    }
  });

  it('cut twice, anywhere: the second cut falls into the continuation', async () => {
    const teller = new Teller(tale);
    const cut = fc.nat(bytes.length);
    await fc.assert(
      fc.asyncProperty(
        cut,
        cut,
        fc.constantFrom<Ending>('reset', 'clean end'),
        fc.constantFrom(...manners),
        async (one, two, ending, manner) => {
          const got = await teller.tell({ cuts: [one, two], ending, manner });
          expect(judge(tale, got, Math.max(one, two))).toEqual([]);
        },
      ),
      { numRuns: 60, seed: 20261121 },
    );
  });
});

/** No vendor of `openai-responses` is known to take a prefill. */
const prefillable = Object.entries(tales).filter(
  ([, { tongue }]) => tongue?.protocol !== 'openai-responses',
);

describe.each(prefillable)('%s', (_name, tale) => {
  it('cut at every event and told on by prefill', async () => {
    const teller = new Teller(tale, asPrefill);
    for (const [index, cut] of boundariesOf(bytesOf(tale)).entries()) {
      const manner = index % 2 === 0 ? 'exact' : 'restart';
      const got = await teller.tell({ cuts: [cut], ending: turn(endings, index), manner });
      expect(judge(tale, got, cut), `cut at byte ${cut}, told on: ${manner}`).toEqual([]);
    }
  });
});
