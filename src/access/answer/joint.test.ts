/**
 * The joint: what is told twice goes, nothing else does, however the text is cut into pieces
 * (docs/streams.md).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContinuationWay } from '../../protocols/contract/protocol.ts';
import { Joint, type JointFinding, sentPart } from './joint.ts';

interface Joined {
  readonly text: string;
  readonly finding: JointFinding;
  readonly removed: number;
}

/** The whole text as the caller gets it, when the continuation comes in pieces of this length. */
function join(
  delivered: string,
  continuation: string,
  way: ContinuationWay,
  pieceLength = 7,
): Joined {
  const joint = new Joint(delivered, way);
  let text = delivered;
  for (let at = 0; at < continuation.length; at += pieceLength)
    text += joint.push(continuation.slice(at, at + pieceLength));
  text += joint.end();
  return { text, finding: joint.finding, removed: joint.removed };
}

const story =
  'Once upon a time there was a miller’s daughter 👩‍🌾 who could spin straw into gold; the king heard of it and sent for her at once. She wept.';

const code = [
  'function clamp(value, low, high) {',
  '  if (value < low) {',
  '    return low;',
  '  }',
  '  if (value > high) {',
  '    return high;',
  '  }',
  '  return value;',
  '}',
  'x += 1;',
  'x += 1;',
  'x += 1;',
  'end();',
].join('\n');

/** Every place between two UTF-16 units. */
function cutsOf(text: string): readonly number[] {
  return Array.from({ length: text.length - 1 }, (_, index) => index + 1);
}

describe.each(['prefill', 'instruct'] as const)('a continuation by %s', (way) => {
  it.each([
    ['prose', story],
    ['code with repeated short lines', code],
  ])(
    'that starts exactly where the text stops is passed on whole, at every cut: %s',
    (_name, whole) => {
      for (const cut of cutsOf(whole)) {
        const delivered = whole.slice(0, cut);
        const rest = whole.slice(sentPart(delivered, way).length);
        expect(join(delivered, rest, way).text).toBe(whole);
      }
    },
  );

  it.each([
    ['prose', story],
    ['code with repeated short lines', code],
  ])('that starts over is spliced, at every cut: %s', (_name, whole) => {
    for (const cut of cutsOf(whole)) {
      const joined = join(whole.slice(0, cut), whole, way);
      expect(joined).toMatchObject({ text: whole, finding: 'restart' });
    }
  });

  it('that starts over and then tells something else is no continuation: nothing of it flows', () => {
    const other = `${story.slice(0, 100)} And then everything was quite different.`;
    expect(join(story.slice(0, 120), other, way)).toEqual({
      text: story.slice(0, 120),
      finding: 'diverged',
      removed: 0,
    });
  });

  it('that starts over and ends too early is no continuation either', () => {
    expect(join(story.slice(0, 120), story.slice(0, 100), way).finding).toBe('diverged');
  });

  it('that shares fewer than 80 code points with the beginning is a continuation', () => {
    const other = `${story.slice(0, 40)} sang a second verse.`;
    expect(join(`${story}\n\n`, other, way)).toMatchObject({
      text: `${story}\n\n${other}`,
      finding: 'clean',
    });
  });

  it('that is empty adds nothing', () => {
    expect(join(story, '', way)).toEqual({ text: story, finding: 'clean', removed: 0 });
  });

  it('completes half a character that was already delivered', () => {
    const cut = story.indexOf('👩') + 1;
    const delivered = story.slice(0, cut);
    const rest = story.slice(sentPart(delivered, way).length);
    expect(rest.trimStart().startsWith('👩')).toBe(true);
    expect(join(delivered, rest, way).text).toBe(story);
  });

  it('gives the same at every size of its pieces', () => {
    const delivered = story.slice(0, 90);
    for (const continuation of [
      story,
      story.slice(60),
      story.slice(88),
      `${story.slice(0, 85)}!!!`,
    ]) {
      const whole = join(delivered, continuation, way, continuation.length);
      for (let size = 1; size < 40; size++)
        expect(join(delivered, continuation, way, size)).toEqual(whole);
    }
  });
});

describe('a continuation by instruction', () => {
  it('takes out an overlap of 16 code points, and keeps one of 15', () => {
    const sixteen = 'abcdefgh12345678';
    expect(join(`So: ${sixteen}`, `${sixteen} and on`, 'instruct')).toEqual({
      text: `So: ${sixteen} and on`,
      finding: 'overlap',
      removed: 16,
    });
    const fifteen = 'abc, efg, 12345.';
    expect(join(`So: ${fifteen.slice(1)}`, `${fifteen.slice(1)} and on`, 'instruct')).toMatchObject(
      {
        text: `So: ${fifteen.slice(1)}${fifteen.slice(1)} and on`,
        finding: 'clean',
      },
    );
  });

  it('tells the word in which the cut fell once', () => {
    expect(join('The straw became gol', 'golden thread.', 'instruct')).toEqual({
      text: 'The straw became golden thread.',
      finding: 'partial-word',
      removed: 3,
    });
  });

  it('keeps a word that is meant twice, a number, and a single letter', () => {
    expect(join('It is had', ' had been', 'instruct').text).toBe('It is had had been');
    expect(join('The year 20', '2026', 'instruct').text).toBe('The year 202026');
    expect(join('o', 'oops', 'prefill').text).toBe('oops');
  });

  it('keeps lines that stand there again and again', () => {
    const line = '    counter.increment();\n';
    expect(join(line.repeat(3), line.repeat(2), 'instruct').text).toBe(line.repeat(5));
  });
});

describe('a continuation by prefill', () => {
  it('takes out no overlap and no repeated word: the target saw where the text stops', () => {
    const sixteen = 'abcdefgh12345678';
    expect(join(`So: ${sixteen}`, `${sixteen} and on`, 'prefill').text).toBe(
      `So: ${sixteen}${sixteen} and on`,
    );
    expect(join('The straw became gol', 'golden', 'prefill').text).toBe(
      'The straw became golgolden',
    );
  });

  it('does not repeat the spaces that the target was not shown', () => {
    expect(sentPart('one two \n', 'prefill')).toBe('one two');
    expect(join('one two \n', ' \nthree', 'prefill').text).toBe('one two \nthree');
    expect(join('one two \n', 'three', 'prefill').text).toBe('one two \nthree');
  });
});

describe('any text at any cut', () => {
  const text = fc.array(
    fc.constantFrom('a', 'b', 'return', ' ', '\n', '  ', '"', '{', '}', 'é', '中', '👩‍🌾', '0'),
    {
      minLength: 1,
      maxLength: 120,
    },
  );
  const way = fc.constantFrom<ContinuationWay>('prefill', 'instruct', 'afresh');
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

  it('flows the same however it is cut into pieces, and nothing but a beginning is ever taken out', () => {
    fc.assert(
      fc.property(text, text, way, sizes, fc.nat(200), (pieces, others, by, lengths, from) => {
        const delivered = pieces.join('');
        const continuation = (delivered + others.join('')).slice(Math.min(from, delivered.length));
        const whole = join(delivered, continuation, by, continuation.length);
        const joint = new Joint(delivered, by);
        let told = delivered;
        for (let at = 0, turn = 0; at < continuation.length; turn++) {
          const size = lengths[turn % lengths.length] ?? 1;
          told += joint.push(continuation.slice(at, at + size));
          at += size;
        }
        told += joint.end();
        expect({ text: told, finding: joint.finding, removed: joint.removed }).toEqual(whole);
        if (whole.finding !== 'diverged')
          expect(continuation.endsWith(whole.text.slice(delivered.length))).toBe(true);
      }),
      { numRuns: 2000, seed: 20261121 },
    );
  });

  it('is spliced when it starts over (restart)', () => {
    fc.assert(
      fc.property(text, text, way, (pieces, others, by) => {
        const delivered = pieces.join('');
        const whole = delivered + others.join('');
        expect(join(delivered, whole, by).text).toBe(whole);
      }),
      { numRuns: 2000, seed: 20261122 },
    );
  });

  it('is judged in time that grows with its length, not with its square', () => {
    const long = Array.from({ length: 60_000 }, (_, index) => ` word${index}`).join('');
    expect(join(long, `${long} end`, 'instruct', 8).text).toBe(`${long} end`);
  });
});
