/**
 * Six sequences whose values were worked out by hand: the measure of all other tests of the cache
 * is right itself.
 */

import { expect, it } from 'vitest';
import { type Block, ClaudeCache } from './claude-cache.ts';

/** `a600! b500`: blocks of so many tokens, with a mark where there is an `!`. */
function blocks(said: string): readonly Block[] {
  return said.split(' ').map((one) => {
    const [, text = '', tokens = ''] = /^([a-z]+)(\d+)/.exec(one) ?? [];
    return { text, tokens: Number(tokens), isMarked: one.endsWith('!') };
  });
}

const many = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(101 + index)}10`).join(
  ' ',
);

it.each<[string, readonly (readonly [number, string, string])[]]>([
  [
    'what is marked is written once and read again',
    [
      [0, 'a2000! b100', '0 2000 0'],
      [60, 'a2000! c100', '2000 0 2000'],
    ],
  ],
  [
    'a conversation reads all that it said before',
    [
      [0, 'a2000! b100!', '0 2100 0'],
      [60, 'a2000! b100! c300 d200!', '2100 500 2100'],
      [120, 'a2000! b100 c300 d200! e50 f50!', '2600 100 2600'],
    ],
  ],
  [
    'below the minimum nothing is kept',
    [
      [0, 'a900! b100!', '0 0 0'],
      [1, 'a900! b100! c100!', '0 1100 0'],
    ],
  ],
  [
    'after five minutes it is gone; a read renews it',
    [
      [0, 'a2000!', '0 2000 0'],
      [200, 'a2000!', '2000 0 2000'],
      [480, 'a2000!', '2000 0 2000'],
      [780, 'a2000!', '0 2000 0'],
    ],
  ],
  [
    'without a mark nothing is read, however much might be',
    [
      [0, 'a2000!', '0 2000 0'],
      [1, 'a2000 b100', '0 0 2000'],
    ],
  ],
  [
    'a mark reaches twenty blocks back',
    [
      [0, 'a2000!', '0 2000 0'],
      [1, `a2000 ${many.split(' ').slice(1).join(' ')}!`, '2000 190 2000'],
      [2, `a2000 z10 ${many.split(' ').slice(1).join(' ')}!`, '0 2200 2000'],
    ],
  ],
])('%s', (_, requests) => {
  const cache = new ClaudeCache(1024);
  for (const [seconds, said, expected] of requests) {
    const { read, written, ideal } = cache.ask(blocks(said), seconds * 1000);
    expect(`${read} ${written} ${ideal}`, said).toBe(expected);
  }
});
