/**
 * What once grew with the square of its size: the calls of a streamed answer, calls without ids,
 * turns of one speaker that are folded, one long text that is compressed.
 */

import { describe, expect, it } from 'vitest';
import { growthOf, mostGrowth, quickMs } from './growth.ts';
import { works } from './works.ts';

const once = [
  'an answer of chat for messages: many calls',
  'an answer of chat for responses: many open calls',
  'an answer of responses for chat: many calls',
  'a request of google for chat: many calls',
  'a fold for alternating: many user turns in parts',
  'a fold for system-first: many later system messages',
  'the seals of another account in responses: many thoughts',
  'what a compression keeps: a text of signs',
];

describe.each(once)('%s', (name) => {
  it('is linear', { timeout: 30_000 }, () => {
    const [work] = works.filter((one) => one.name === name);
    if (work === undefined) throw new TypeError(`no work is called ${name}`);
    const { ratio, largeMs } = growthOf(work);
    expect(
      largeMs < quickMs || ratio < mostGrowth,
      `${ratio.toFixed(1)} times, ${largeMs.toFixed(0)} ms`,
    ).toBe(true);
  });
});
