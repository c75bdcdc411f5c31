import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addQuery, joinHeaders } from './added.ts';

describe('a query that config adds', () => {
  it.each([
    ['/chat', { v: '1' }, '/chat?v=1'],
    ['/models?limit=1000', { v: '1' }, '/models?limit=1000&v=1'],
    ['/files?v=2&after=a%20b', { v: '1' }, '/files?after=a%20b&v=1'],
    ['/files?V=2&%76=3&v&v=', { v: '1' }, '/files?v=1'],
    ['/files?av=2&x=v', { v: '1' }, '/files?av=2&x=v&v=1'],
    ['/m:stream?alt=sse', { 'a b': 'c&d=e' }, '/m:stream?alt=sse&a+b=c%26d%3De'],
  ])('is there once, and the rest stays as it was: %s and %j', (path, query, sent) => {
    expect(addQuery(path, query)).toBe(sent);
  });

  it('wins over whatever the path has', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 6 });
    const pairs = fc.array(fc.tuple(fc.constantFrom('a', 'A', 'b', '%61', 'c d'), part));
    const query = fc.dictionary(fc.constantFrom('a', 'b', 'é'), part, { minKeys: 1 });
    fc.assert(
      fc.property(pairs, query, (asked, added) => {
        const own = asked.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        const read = new URL(`http://h${addQuery(`/p?${own.join('&')}`, added)}`).searchParams;
        for (const [name, value] of Object.entries(added))
          expect(read.getAll(name)).toEqual([value]);
      }),
    );
  });
});

describe('headers of two sides', () => {
  it.each([
    ['the second replaces the first', { a: '1', b: '2' }, { b: '3' }, { a: '1', b: '3' }],
    [
      'but for lists of betas, which are joined, each item once',
      { 'anthropic-beta': 'one, two', 'openai-beta': 'x' },
      { 'anthropic-beta': 'two,three' },
      { 'anthropic-beta': 'one,two,three', 'openai-beta': 'x' },
    ],
  ])('%s', (_, first, second, joined) => {
    expect(joinHeaders(first, second)).toEqual(joined);
  });
});
