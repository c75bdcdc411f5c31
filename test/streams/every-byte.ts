/**
 * Tales cut at every byte of many events: minutes of CPU, so they are slow, and one file a kind of
 * tale, so that two cores share them.
 */

import { describe, expect, it } from 'vitest';
import { judge, tales, translatedTales } from './stream-cases.ts';
import { boundariesOf, bytesOf, endings, manners, Teller } from './teller.ts';
import type { Tale } from './tongue.ts';

type Kind = 'a text' | 'code' | 'reasoning' | 'text and a tool call';

/** A kind of tale in every wire format, told by a provider that speaks the caller's. */
export function testEveryByte(kind: Kind): void {
  testCuts(choose(tales, kind));
}

/** The same between every two formats. */
export function testTranslatedBytes(kind: Kind): void {
  testCuts(choose(translatedTales, kind));
}

/** Where a byte stands inside of its event matters, and in which of many like it hardly. */
function testCuts(chosen: readonly (readonly [string, Tale])[]): void {
  describe.each(chosen)('%s', (_name, tale) => {
    it('cut at every event, and at every byte of the first, the last and every fourth', async () => {
      const starts = [0, ...boundariesOf(bytesOf(tale))];
      const cuts = starts.flatMap((from, index) => {
        const to = starts[index + 1] ?? from + 1;
        const isWhole = index < 6 || index >= starts.length - 8 || index % 4 === 0;
        return Array.from({ length: isWhole ? to - from : 1 }, (_, offset) => from + offset);
      });
      expect(cuts.length).toBeGreaterThan(starts.length + 400);
      await cutAt(tale, cuts);
    });
  });
}

function choose(
  from: Readonly<Record<string, Tale>>,
  kind: Kind,
): readonly (readonly [string, Tale])[] {
  return Object.entries(from).filter(([name]) => name.startsWith(kind));
}

/** One telling for each cut; how it ends and how it goes on takes turns. */
async function cutAt(tale: Tale, cuts: readonly number[]): Promise<void> {
  const teller = new Teller(tale);
  for (const cut of cuts) {
    const ending = endings[cut % endings.length] ?? 'reset';
    const manner = manners[Math.floor(cut / endings.length) % manners.length] ?? 'exact';
    const got = await teller.tell({ cuts: [cut], ending, manner });
    expect(judge(tale, got, cut), `cut at byte ${cut}, ${ending}, told on: ${manner}`).toEqual([]);
  }
}
