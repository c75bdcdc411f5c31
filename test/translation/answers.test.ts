/**
 * Neutral → wire → neutral is the identity on answers: what we tell a client, its vendor's own
 * decoder reads as it was meant.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStream } from './oracle.ts';
import { facts, sides, tell } from './sides.ts';
import {
  decodeWhole,
  fromParts,
  normalise,
  sample,
  type Told,
  told,
  toParts,
  toUsage,
} from './tellings.ts';

describe.each(sides)('an answer told as %s', (protocol, side) => {
  it('is read as it was meant, whatever it holds and wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        told(protocol),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 9 }),
        async (one, cuts) => {
          const chunks = split(Buffer.from(tell(side, toParts(one))), cuts);
          expect(fromParts(await readStream(protocol, chunks))).toEqual(one);
        },
      ),
      { numRuns: 100, seed: 20261121 },
    );
  });

  it('is read as it was meant at every cut of two events', async () => {
    const bytes = Buffer.from(tell(side, toParts(sample)));
    const [from = 0, , to = 0] = [...bytes.toString('latin1').matchAll(/\n\n/g)]
      .slice(2)
      .map(({ index }) => index);
    for (let cut = from; cut <= to; cut++) {
      const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(fromParts(await readStream(protocol, chunks)), `cut at ${cut}`).toEqual(sample);
    }
  });

  it('is read as it was meant byte by byte', async () => {
    const bytes = Buffer.from(tell(side, toParts(sample)));
    const chunks = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(fromParts(await readStream(protocol, chunks))).toEqual(sample);
  });

  it('ends as a text where its vendor says that it ends by calls, and none came', async () => {
    const one: Told = { ...sample, calls: [], finish: 'tool-calls' };
    const content = [{ type: 'text', text: one.text } as const];
    const body = side.encodeAnswer({ content, finish: 'tool-calls', usage: toUsage(one) }, facts);
    const bytes = Buffer.from(tell(side, toParts(one)));
    const ends = [
      await decodeWhole([protocol, side], body),
      fromParts(await readStream(protocol, [bytes])),
    ];
    expect(ends.map(({ finish }) => finish)).toEqual(['stop', 'stop']);
  });

  it('is read as it was meant when it is told whole', async () => {
    await fc.assert(
      fc.asyncProperty(told(protocol), async (one) => {
        const { reasoning, text, calls: made, finish } = one;
        const content = [
          ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning } as const]),
          ...(text === '' ? [] : [{ type: 'text', text } as const]),
          ...made.map(
            ({ id, name, input }) =>
              ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
          ),
        ];
        const body = side.encodeAnswer({ content, finish, usage: toUsage(one) }, facts);
        const parts = await decodeWhole([protocol, side], body);
        expect({ ...parts, calls: parts.calls.map(normalise) }).toEqual({
          ...one,
          calls: made.map(normalise),
        });
      }),
      { numRuns: 40, seed: 20261121 },
    );
  });
});

/** The pieces of the bytes between these parts of their length. */
function split(bytes: Buffer, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [
    0,
    ...cuts.map((part) => Math.round(part * bytes.length)).sort((one, other) => one - other),
  ];
  return places.map((from, index) => bytes.subarray(from, places[index + 1]));
}
