/** Whatever the sizes in which bytes come: the same bytes, in the same order, and few pieces. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pieces } from './pieces.ts';

function gather(sizes: readonly number[]): {
  readonly pieces: readonly Buffer[];
  readonly sent: Buffer;
} {
  const pieces = new Pieces();
  const sent = sizes.map((size, index) => Buffer.alloc(size, index % 251));
  for (const bytes of sent) pieces.add(bytes);
  expect(pieces.length).toBe(sizes.reduce((sum, size) => sum + size, 0));
  return { pieces: pieces.all, sent: Buffer.concat(sent) };
}

describe('Pieces', () => {
  it('gives back what came, in order', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40_000 }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 40 }), (sizes) => {
        const { pieces, sent } = gather(sizes);
        expect(Buffer.concat(pieces).equals(sent)).toBe(true);
      }),
    );
  });

  it.each([
    ['one byte at a time', Array.from({ length: 100_000 }, () => 1), 20],
    [
      'small ones between large ones',
      Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 1 : 16_384)),
      200,
    ],
    ['some that fill more than half', Array.from({ length: 100 }, () => 9000), 100],
  ])('are few, of %s', (_name, sizes, most) => {
    expect(gather(sizes).pieces.length).toBeLessThanOrEqual(most);
  });

  it.each([
    ['one piece', [10]],
    ['nothing', []],
    ['small pieces', new Array<number>(50_000).fill(3)],
    ['pieces of every size', [1, 5000, 2, 4095, 4096, 1, 1, 200_000, 7, 65_536, 4000, 4000]],
  ])('are joined into what came: %s', (_name, lengths) => {
    const pieces = new Pieces();
    const chunks = lengths.map((length, index) => Buffer.alloc(length, index % 251));
    for (const chunk of chunks) pieces.add(chunk);
    expect(pieces.join().equals(Buffer.concat(chunks))).toBe(true);
  });

  it('keep small chunks together', () => {
    const pieces = new Pieces();
    for (let sent = 0; sent < 100_000; sent++) pieces.add(Buffer.from([sent % 251]));
    expect(pieces.all.length).toBe(3);
    expect(pieces.join().length).toBe(100_000);
  });

  it('copies nothing of an ordinary body', () => {
    const pieces = new Pieces();
    const came = [900, 65_536, 34_000].map((size) => Buffer.alloc(size));
    for (const bytes of came) pieces.add(bytes);
    expect(pieces.all.every((bytes, index) => bytes === came[index])).toBe(true);
  });
});
