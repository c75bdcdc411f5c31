/**
 * A remark before a continuation is recognised in any words, and an honest continuation never is
 * one (law 16, docs/streams.md).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Joint } from './joint.ts';
import { describeStop, judgePreamble } from './preamble.ts';

const seed = 20261130;

function join(delivered: string, continuation: string, pieceLength: number) {
  const joint = new Joint(delivered, 'instruct');
  let told = delivered;
  for (let at = 0; at < continuation.length; at += pieceLength)
    told += joint.push(continuation.slice(at, at + pieceLength));
  return { told: told + joint.end(), finding: joint.finding };
}

const prose =
  'The capital of France is Paris, which lies on the river.\n\nIt has many bridges, and the oldest of them is the Pont Neuf; it was built long ago by a king who loved to walk there.';
const code =
  'Here is the function:\n\n```python\ndef add(first, second):\n    total = first + second\n    if total is None or first is None:\n        raise ValueError("nothing was given")\n    return total\n```\n\nIt adds two numbers.';
const list =
  '- open the front door and look out\n- walk through the hall to the kitchen\n- close the window and the blinds\n';

/** Cuts behind a word in small letters, where a line and its sentence go on. */
const stops = [prose, code, list].flatMap((whole) =>
  [...whole.matchAll(/(?<![\p{L}_])\p{Ll}{2,}(?=[ ,;\p{Ll}])/gu)]
    .map(({ index, 0: word }) => index + word.length)
    .filter((cut) => cut > 40)
    .map((cut) => ({ whole, cut })),
);

const remark = fc
  .tuple(
    fc.constantFrom(
      '',
      'Of course',
      'Gladly',
      'Will do',
      'My bad',
      'Roger that',
      'No worries',
      'Happy to help',
      'Got you',
      'Ja',
      'Vale',
      'Absolument',
      'Aber gern',
      'Hmm',
    ),
    fc.constantFrom(
      '',
      'here’s the rest of the {}',
      'the {} continues below',
      'let me finish the {}',
      'I am completing the {} now',
      'proceeding from the last character',
      'to pick up the thread',
      'next comes the end of the {}',
      'la suite de la réponse',
      'hier der Rest der Antwort',
      'sin más demora',
    ),
    fc.constantFrom('function', 'answer', 'story', 'list', 'code', 'text'),
    fc.constantFrom(':', '!', ':', ' —'),
    fc.constantFrom('', '**', '*'),
  )
  .filter(([courtesy, rest]) => courtesy !== '' || rest !== '')
  .map(([courtesy, rest, noun, end, mark]) => {
    const words = [courtesy, rest.replace('{}', noun)].filter((part) => part !== '').join(', ');
    return `${mark}${words.charAt(0).toUpperCase()}${words.slice(1)}${rest === '' ? '!' : end}${mark}`;
  });

describe('a remark in any words, on a line of its own', () => {
  it('is never told, and what it announces is told right or not at all', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stops),
        remark,
        fc.constantFrom('exact', 'line again', 'fence again'),
        fc.constantFrom('\n', '\n\n'),
        fc.integer({ min: 1, max: 40 }),
        ({ whole, cut }, words, manner, gap, size) => {
          const delivered = whole.slice(0, cut);
          const line = delivered.slice(delivered.lastIndexOf('\n') + 1);
          const isAgain = manner !== 'exact' && line.trim().length >= 8;
          const isFence = manner === 'fence again' && describeStop(delivered).fence !== undefined;
          const rest = `${isFence ? '```python\n' : ''}${isAgain ? line : ''}${whole.slice(cut)}`;
          fc.pre(!isFence || isAgain);
          const { told, finding } = join(delivered, `${words}${gap}${rest}`, size);
          if (finding === 'diverged') expect(told).toBe(delivered);
          else expect(told).toBe(whole);
        },
      ),
      { numRuns: 3000, seed },
    );
  });
});

describe('an answer’s own words', () => {
  it.each([
    ['And so, tired as we were,', ' I will continue to work on it:\n\nfirst the roof.'],
    ['She said that', ' I was cut off by the storm!\n\nThen she left.'],
    ['如果成功，程序将', '继续执行下面的步骤：\n\n1. 打开门'],
    ['这是理所', '当然！\n\n所以', 'foreign'],
    ['函数返回', '以下结果：\n\n1. 一个数'],
    ['die', ' Fortsetzung des Gesprächs war lang:\n\nerst'],
    ['It runs on Linux and mac', 'OS alike:\n\nboth have it.'],
    ['Use JavaScript here. We like Java', 'Script for its speed:\n\n- fast'],
    ['# It is', ' None if nothing was found:\nx = 1'],
    ['"Continue"];\nconst words = [', "'Okay, continuing with the code:',\n'a'];"],
  ])('are not taken out: %s', (delivered, rest, verdict = 'none') => {
    expect(judgePreamble(describeStop(delivered), rest, true).kind).toBe(verdict);
  });

  it('are never taken for a remark to be cut, wherever pages and sources are cut', () => {
    const wrong: string[] = [];
    for (const text of readTexts()) {
      for (let cut = 97; cut < text.length - 40; cut += 61) {
        const delivered = text.slice(Math.max(0, cut - 1500), cut);
        const { kind } = judgePreamble(describeStop(delivered), text.slice(cut, cut + 600), true);
        if (kind === 'lead-in') wrong.push(`${delivered.slice(-40)}|${text.slice(cut, cut + 60)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** The pages, and the sources of this folder's neighbours; none that quotes remarks. */
function readTexts(): readonly string[] {
  const root = joinPath(import.meta.dirname, '../../..');
  return ['docs', 'docs/decisions', 'src/access/run', 'src/providers/entries', 'src/protocols/json']
    .flatMap((folder) =>
      readdirSync(joinPath(root, folder))
        .filter((name) => /\.(?:md|ts)$/.test(name))
        .map((name) => `${folder}/${name}`),
    )
    .filter((path) => path !== 'docs/streams.md')
    .map((path) => readFileSync(joinPath(root, path), 'utf8'));
}
