/**
 * What a model puts before a continuation never reaches the caller: it goes, or nothing is told
 * (docs/streams.md).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Joint } from './joint.ts';
import { isOpenJson } from './preamble.ts';

/**
 * What the caller has in the end; undefined where nothing was told because it is no continuation.
 */
function join(delivered: string, continuation: string, pieceLength = 5): string | undefined {
  const joint = new Joint(delivered, 'instruct');
  let told = delivered;
  for (let at = 0; at < continuation.length; at += pieceLength)
    told += joint.push(continuation.slice(at, at + pieceLength));
  told += joint.end();
  return joint.finding === 'diverged' ? undefined : told;
}

const prose =
  'The capital of France is Paris, which lies on the Seine.\n\nIt has many bridges, and the oldest of them is the Pont Neuf; it was built in 1607.';
const code =
  'Here is the function:\n\n```python\ndef add(first, second):\n    total = first + second\n    return total\n```\n\nIt adds two numbers.';
const list = '1. Open the front door.\n2. Walk through the hall.\n3. Close the kitchen window.\n';
const wholes = [prose, code, list];

/** Cuts inside a line, behind at least two words. */
function cutsInside(whole: string): readonly number[] {
  return Array.from({ length: whole.length }, (_, at) => at).filter(
    (at) =>
      at > 12 && at < whole.length - 3 && whole[at] !== '\n' && !/\n\s*$/.test(whole.slice(0, at)),
  );
}

const remarks = [
  'Sure!',
  'Certainly!',
  'Of course! Here is the rest:',
  'Continuing from where I left off:',
  'Continuing:',
  '**Continuing from where I left off:**',
  'Here is the rest of the answer:',
  "Sure, here's the continuation:",
  'Sorry for the interruption! Let me continue:',
  'Picking up where we left off:',
  'Okay, continuing with the code:',
  'Here’s the complete code:',
  'Hier ist die Fortsetzung:',
  'Voici la suite :',
  'Claro, continúo:',
  '好的，继续：',
  'Конечно, продолжаю:',
];

describe('a remark on a line of its own', () => {
  it.each(remarks)('goes, at every cut inside a line: %s', (remark) => {
    for (const whole of wholes) {
      for (const cut of cutsInside(whole)) {
        const [delivered, rest] = [whole.slice(0, cut), whole.slice(cut)];
        if (/["“:]\s*$/.test(delivered)) continue;
        for (const gap of ['\n', '\n\n']) {
          const joint = new Joint(delivered, 'instruct');
          const told = delivered + joint.push(remark + gap + rest) + joint.end();
          expect(told, `cut at ${cut} of ${whole.slice(0, 20)}`).toBe(whole);
        }
      }
    }
  });

  it('is noted', () => {
    const joint = new Joint('The capital of France is', 'instruct');
    expect(joint.push('Sure!\n Paris, on the Seine.') + joint.end()).toBe(' Paris, on the Seine.');
    expect(joint).toMatchObject({ finding: 'lead-in', removed: 6 });
  });
});

describe('a remark that cannot be taken out', () => {
  it.each([
    ['on the same line', 'The capital of France is', 'Sure! The city you mean is Paris.'],
    [
      'on the same line, of going on',
      'The capital of France is',
      'Continuing from where I left off: Paris.',
    ],
    [
      'with a full stop',
      'The capital of France is',
      'I will continue from where I stopped.\n\n Paris.',
    ],
    ['behind a line', 'First line.\n', 'Here is the rest of the answer:\n\nSecond line.'],
    ['in brackets', 'The capital of France is', '[continuing from where I left off] Paris'],
    ['of an apology', 'We first open the', 'I apologize for the interruption. We open the door.'],
  ])('is told to nobody: %s', (_name, delivered, continuation) => {
    for (const size of [1, 4, 1000]) expect(join(delivered, continuation, size)).toBeUndefined();
  });
});

describe('what only looks like a remark', () => {
  it.each([
    ['speech', 'He turned round and said: "', 'Sure!\nI will come."'],
    ['a sentence of its own', 'It works. ', 'Sure, the door is open now, and nobody minds.'],
    ['the same word in small letters', 'Their number is', ' continuing to grow:\n\n- one\n- two'],
    ['a heading', '# Learning\n\n', 'Continuing education is of use for everybody.\n'],
    ['a list', 'You need:\n', 'Here:\n- one\n- two'],
    ['a word that begins so', 'We ate', ' okra!\nIt was good.'],
    ['the end of a fence', '```js\nlet a = 1;\n', '```\n\nThat is all.'],
    ['a fence where none is open', 'Run this:\n\n', '```sh\nls\n```\n'],
    ['the end of a fence behind a line', '```js\nlet a = 1;', '\n```\n\nThat is all.'],
  ])('flows: %s', (_name, delivered, rest) => {
    for (const size of [1, 4, 1000]) expect(join(delivered, rest, size)).toBe(delivered + rest);
  });
});

describe('a fence line where a fence is open', () => {
  const opened = '```python\ndef add(first, second):\n    total = first + second\n    return';
  it.each([
    ['inside a line', opened, '```python\n total\n```\n', `${opened} total\n\`\`\`\n`],
    [
      'inside a line, without a language',
      opened,
      '```\n total\n```\n',
      `${opened} total\n\`\`\`\n`,
    ],
    [
      'behind a line',
      `${opened} 1\n`,
      '```python\nprint(add(1, 2))\n```',
      `${opened} 1\nprint(add(1, 2))\n\`\`\``,
    ],
    [
      'behind a remark',
      opened,
      'Sure! Here is the rest:\n\n```python\n total\n```',
      `${opened} total\n\`\`\``,
    ],
    [
      'before the line again',
      opened,
      '```python\n    return total\n```',
      `${opened} total\n\`\`\``,
    ],
  ])('goes: %s', (_name, delivered, continuation, whole) => {
    for (const size of [1, 4, 1000]) expect(join(delivered, continuation, size)).toBe(whole);
  });
});

describe('the whole line in which the text stopped', () => {
  it.each([
    ['with its spaces', 'a = 1;\n    if (b', '    if (b > 2) {', 'a = 1;\n    if (b > 2) {'],
    ['without them', 'a = 1;\n    if (b', 'if (b > 2) {', 'a = 1;\n    if (b > 2) {'],
    ['of a list', '- one\n- two of', '- two of them', '- one\n- two of them'],
  ])('is told once: %s', (_name, delivered, continuation, whole) => {
    for (const size of [1, 3, 1000]) expect(join(delivered, continuation, size)).toBe(whole);
  });

  it('is kept where it is a refrain, too short, or a number', () => {
    expect(join('one\nla la ', 'la la la')).toBe('one\nla la la la la');
    expect(join('one\nab', 'abc')).toBe('one\nabc');
    expect(join('one\n12345', '12345')).toBe('one\n1234512345');
  });
});

describe('any continuation of any text', () => {
  const seed = 20261125;
  const line = fc.integer({ min: 4, max: 9 }).map((count) => 'w '.repeat(count).trim());
  const block = fc.oneof(
    line.map((text) => `W${text.slice(1)}.`),
    fc
      .array(line, { minLength: 2, maxLength: 4 })
      .map((lines) => lines.map((text) => `- ${text}`).join('\n')),
    fc
      .tuple(fc.constantFrom('python', 'js', ''), fc.array(line, { minLength: 2, maxLength: 4 }))
      .map(
        ([language, lines]) =>
          `\`\`\`${language}\n${lines.map((text) => `  ${text};`).join('\n')}\n\`\`\``,
      ),
  );
  const text = fc
    .array(block, { minLength: 2, maxLength: 5 })
    .map((blocks) => distinguish(blocks.join('\n\n')));
  const noise = fc.constantFrom('', ...remarks.map((remark) => `${remark}\n\n`));

  /** No two words of a text are alike: then there is one way to put two parts of it together. */
  function distinguish(shape: string): string {
    let count = 0;
    const syllable = (consonants: string, at: number) =>
      `${consonants[at & 3]}${'aeio'[(at >> 2) & 3]}`;
    return shape.replace(/\b[wW]\b/g, (letter) => {
      count += 1;
      const name = `${syllable('bcdf', count)}${syllable('ghjk', count >> 4)}${syllable('lmnp', count)}`;
      return letter === 'W' ? `${name[0]?.toUpperCase()}${name.slice(1)}` : name;
    });
  }

  /** Whether a fence is open there: counted, line by line. */
  function isFenced(delivered: string): boolean {
    return (
      delivered
        .split('\n')
        .slice(0, -1)
        .filter((one) => one.startsWith('```')).length %
        2 ===
      1
    );
  }

  const told = fc.record({
    whole: text,
    share: fc.double({ min: 0.2, max: 0.95, noNaN: true }),
    remark: noise,
    manner: fc.constantFrom('exact', 'line again', 'fence again'),
    size: fc.integer({ min: 1, max: 30 }),
  });

  it('is told once, or nothing of it is told (law 16)', () => {
    fc.assert(
      fc.property(told, ({ whole, share, remark, manner, size }) => {
        const cut = Math.floor(whole.length * share);
        const delivered = whole.slice(0, cut);
        const line = delivered.slice(delivered.lastIndexOf('\n') + 1);
        const isInside = line.trim() !== '';
        const isAgain = manner === 'line again' && line.trim().length >= 4;
        const isFence =
          manner === 'fence again' && isFenced(delivered) && isInside && !line.startsWith('`');
        const rest = isAgain ? line + whole.slice(cut) : whole.slice(cut);
        fc.pre(
          !(isFence && /^\s*\n/.test(rest)) &&
            !/[:`]\s*$/.test(line) &&
            !rest.trimStart().startsWith('`'),
        );
        const got = join(delivered, `${remark}${isFence ? '```python\n' : ''}${rest}`, size);
        if (got === undefined) expect(remark !== '' && !isInside).toBe(true);
        else expect(got.replace(/\s+/g, ' ')).toBe(whole.replace(/\s+/g, ' '));
      }),
      { numRuns: 2000, seed },
    );
  });
});

describe('JSON that has not ended', () => {
  it.each([
    ['{"a": 1', true],
    ['  [1, 2', true],
    ['{"a": "}', true],
    ['{"a": "\\"}', true],
    ['{"a": 1}', false],
    ['[a link](https://there.test) is', false],
    ['{"a": "}"} and more', false],
    ['text {', false],
  ])('%s: %s', (text, isOpen) => {
    expect(isOpenJson(text)).toBe(isOpen);
  });
});
