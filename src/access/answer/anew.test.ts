/**
 * An answer begun anew in other words is known from a continuation, by its words (docs/streams.md).
 */

import { describe, expect, it } from 'vitest';
import { Joint } from './joint.ts';

/** What the caller would get behind the delivered text, where pieces of this length come. */
function join(delivered: string, continuation: string, pieceLength = 5): string | undefined {
  const joint = new Joint(delivered, 'instruct');
  let told = '';
  for (let at = 0; at < continuation.length; at += pieceLength)
    told += joint.push(continuation.slice(at, at + pieceLength));
  told += joint.end();
  expect(joint.finding === 'diverged' && told !== '').toBe(false);
  return joint.finding === 'diverged' ? undefined : told;
}

const sizes = [1, 5, 1000];

describe('an answer that begins anew', () => {
  it.each([
    ['in another order', 'The capital of France is Par', 'Paris is the capital of France.'],
    [
      'with words of its own',
      'The capital of France is',
      'Sure! The capital city of France is called Paris.',
    ],
    [
      'with another article',
      'The quick brown fox jumps over',
      'A quick brown fox jumped over the lazy dog.',
    ],
    [
      'with the same words and then others',
      'The capital of',
      'The capital city of France is Paris.',
    ],
    [
      'after one long sentence',
      'To delete the file, first close every program that',
      'To remove the file, close every program and then delete it.',
    ],
    [
      'behind empty lines',
      'To delete the file, first close',
      '\n\nTo remove the file, close the editor first.',
    ],
    [
      'in small letters',
      'def add(first, second):\n    return fir',
      'def add(one, two): return one + two',
    ],
    [
      'with its first point',
      '1. Open the front door of the',
      '1. Open your front door and go into the house.',
    ],
    [
      'behind a sentence',
      'The capital of France is Paris.',
      'Paris is the capital of France, on the Seine.',
    ],
    [
      'in another language',
      'Die Hauptstadt von Frankreich heißt',
      'Frankreichs Hauptstadt heißt Paris; die Stadt liegt an der Seine von …',
    ],
  ])('is told to nobody: %s', (_name, delivered, anew) => {
    for (const size of sizes) expect(join(delivered, anew, size)).toBeUndefined();
  });
});

describe('a continuation', () => {
  it.each([
    [
      'words that are counted',
      'word1 word2 word3 word4 word5',
      ' word6 word7 word8 word9 word10 word11',
    ],
    ['a sentence that goes on', 'The capital of France is', ' Paris, which lies on the Seine.'],
    ['a name', 'We spent the whole summer of that year in', 'Paris, and the whole winter at home.'],
    ['the next sentence', 'The cat sat on the mat. ', 'The dog sat on the rug and slept.'],
    [
      'the next point',
      '1. Open the front door.\n',
      '2. Open the window of the kitchen.\n3. Go out.',
    ],
    [
      'the next line of code',
      'const first = read(1);\nconst second = ',
      'read(2);\nconst third = read(3);',
    ],
    ['a loop in a loop', 'for i in range(10):', '\n    for j in range(10):\n        print(i, j)'],
    [
      'a row',
      '| name | size |\n|---|---|\n| One | 10 kB |\n',
      '| Two | 12 kB |\n| Three | 14 kB |\n',
    ],
    [
      'a point much like the first',
      '1. Open the front door of the house.\n',
      '2. Open the back door of the house.\n',
    ],
    ['a number', '1. x += ', '1;\nx += 1;\nx += 1;\n'],
    [
      'another verse',
      'Row, row, row your boat,\nGently down the stream.\n',
      'Merrily, merrily, merrily, merrily,\nLife is but a dream.',
    ],
    ['German', 'Die Hauptstadt von Frankreich heißt', 'Paris und liegt an der Seine.'],
    ['a language without spaces', '法国的首都是', '巴黎，它位于塞纳河畔。'],
  ])('flows: %s', (_name, delivered, rest) => {
    for (const size of sizes) expect(join(delivered, rest, size)).toBe(rest);
  });

  it('flows at once, where it begins as nothing does', () => {
    const joint = new Joint('The capital of France is', 'instruct');
    expect(joint.push(' called')).toBe(' called');
  });
});
