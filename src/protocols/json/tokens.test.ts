/**
 * Tokens of any text, however it is cut: together with the spaces between them they are the text,
 * and strings end where JSON says.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTokens, token } from './scan.ts';

interface Found {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

function tokensOf(pieces: readonly Buffer[]): readonly Found[] {
  const tokens = new JsonTokens(pieces);
  const found: Found[] = [];
  for (let kind = tokens.next(); kind !== token.end; kind = tokens.next())
    found.push({ kind, start: tokens.start, end: tokens.end });
  return found;
}

/** At each of these places, in order, with an empty piece now and then. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const bytesOfJson = fc
  .tuple(fc.jsonValue(), fc.constantFrom(0, 1, '\t', '\r\n'))
  .map(([value, indent]) => Buffer.from(JSON.stringify(value, undefined, indent)));
const noise = fc
  .array(
    fc.constantFrom(...'{}[]",:\\u0e-+.1tfn \n\u0000é☃', '\\"', '\\\\', '\ufeff', 'x'.repeat(40)),
  )
  .map((parts) => Buffer.concat([Buffer.from(parts.join('')), Buffer.from([0xff])]));
const places = fc.array(fc.nat(), { maxLength: 6 });
const runs = { seed: 20_261_124, numRuns: 2000 };

describe('JsonTokens', () => {
  it('leaves nothing but spaces out, and never goes back, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.oneof(bytesOfJson, noise), (bytes) => {
        let at = 0;
        for (const { start, end } of tokensOf([bytes])) {
          expect(bytes.toString('latin1', at, start)).toMatch(/^[ \n\r\t]*$/);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(bytes.toString('latin1', at)).toMatch(/^[ \n\r\t]*$/);
      }),
      runs,
    );
  });

  it('finds every string and scalar of a JSON text', () => {
    fc.assert(
      fc.property(bytesOfJson, (bytes) => {
        const found = tokensOf([bytes]);
        for (const { kind, start, end } of found)
          if (kind === token.string || kind === token.scalar)
            expect(() => JSON.parse(bytes.toString('utf8', start, end))).not.toThrow();
        const kinds: readonly number[] = Object.values(token);
        expect(found.every(({ kind }) => kinds.includes(kind) && kind !== token.unended)).toBe(
          true,
        );
      }),
      runs,
    );
  });

  it('finds the same tokens wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.oneof(bytesOfJson, noise), places, (bytes, cuts) => {
        expect(tokensOf(cut(bytes, cuts))).toEqual(tokensOf([bytes]));
      }),
      runs,
    );
  });

  it.each([
    ['"', 0, 1],
    ['["a\\"', 1, 5],
    ['"a\\\\\\"', 0, 6],
  ])('says that the string in %s does not end', (text, start, end) => {
    expect(tokensOf([Buffer.from(text)]).at(-1)).toEqual({ kind: token.unended, start, end });
  });
});
