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
  describe.each(choose(tales, kind))('%s', (_name, tale) => {
    it('cut at every event, at every byte of the first and the last, and of one in twelve', async () => {
      await cutAt(tale, cutsOf(tale, { turn: 0, turns: 1 }));
    });
  });
}

/**
 * The same between every two formats. What a provider tells is the same for callers of three
 * formats: together they see it cut at every byte, and each of them at every event.
 */
export function testTranslatedBytes(kind: Kind): void {
  const chosen = choose(translatedTales, kind);
  describe.each(chosen)('%s', (_name, tale) => {
    it('cut at every event, and at every byte in turns with other callers', async () => {
      const alike = chosen.map(([, other]) => other).filter(({ tongue }) => tongue === tale.tongue);
      await cutAt(tale, cutsOf(tale, { turn: alike.indexOf(tale), turns: alike.length }));
    });
  });
}

/**
 * Where a byte stands inside of its event matters, and in which of many like it hardly: in the
 * middle each event is cut at every twelfth byte, each at others than the one before.
 */
function cutsOf(tale: Tale, share: { turn: number; turns: number }): readonly number[] {
  const starts = [0, ...boundariesOf(bytesOf(tale))];
  const cuts = starts.flatMap((from, index) => {
    const to = starts[index + 1] ?? from + 1;
    const isWhole = index < 6 || index >= starts.length - 8;
    return Array.from({ length: to - from }, (_, offset) => from + offset).filter((cut) =>
      isWhole ? cut % share.turns === share.turn : (cut - from + index) % 12 === 0,
    );
  });
  const all = [...new Set([...starts, ...cuts])].sort((left, right) => left - right);
  expect(all.length).toBeGreaterThan(starts.length + 400);
  return all;
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
  for (const [index, cut] of cuts.entries()) {
    const ending = endings[index % endings.length] ?? 'reset';
    const manner = manners[Math.floor(index / endings.length) % manners.length] ?? 'exact';
    const got = await teller.tell({ cuts: [cut], ending, manner });
    expect(judge(tale, got, cut), `cut at byte ${cut}, ${ending}, told on: ${manner}`).toEqual([]);
  }
}
