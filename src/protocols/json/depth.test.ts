import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTooDeep, parseShallow } from './depth.ts';
import { mostLevels } from './scan.ts';

/** Brackets inside of strings, and what ends no string. */
const words = fc.constantFrom('[', ']', '{', '}', '\\', '"', '\\"', '[[[', 'a', '\n', '\u2028');
const texts = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));

describe('the depth of a text', () => {
  it('is that of its brackets, whatever its strings hold', () => {
    fc.assert(
      fc.property(fc.nat(2), texts, texts, fc.boolean(), (more, before, inside, isList) => {
        const levels = mostLevels - 2 + more;
        const [open, close] = isList ? ['[', ']'] : ['{"a":', '}'];
        const deep = `${open.repeat(levels)}${JSON.stringify(inside)}${close.repeat(levels)}`;
        const text = `{${JSON.stringify(before)}:${deep}}`;
        expect(isTooDeep(text)).toBe(levels + 1 > mostLevels);
        expect(parseShallow(text) === undefined).toBe(levels + 1 > mostLevels);
      }),
      { seed: 20_261_124, numRuns: 500 },
    );
  });

  it('does not grow where brackets open and close side by side', () => {
    expect(isTooDeep(`[${'[],{},'.repeat(5000)}0]`)).toBe(false);
  });

  it('ends with a text that ends inside a string', () => {
    expect(isTooDeep(`"${'['.repeat(5000)}`)).toBe(false);
  });
});
