/**
 * Markdown while it is written: the same lines however it is cut, each in its place, wide
 * characters counted as wide.
 */

import fc from 'fast-check';
import { Lexer } from 'marked';
import { describe, expect, it } from 'vitest';
import { MarkdownStream } from './markdown.ts';
import { paint, type TextLine, widthOf, widthOfLine } from './text.ts';

function render(pieces: readonly string[], columns = 40): readonly TextLine[] {
  const stream = new MarkdownStream(Lexer, () => columns);
  const lines = pieces.flatMap((piece) => [...stream.push(piece)]);
  return [...lines, ...stream.end()];
}

function plain(text: string, columns?: number): string {
  return render([text], columns)
    .map((line) => paint(line, false))
    .join('\n');
}

/** Columns, markdown, and what stands on the screen. */
const cases: readonly (readonly [
  name: string,
  columns: number,
  markdown: string,
  shown: string,
])[] = [
  ['a paragraph at spaces', 12, 'one two three four', 'one two\nthree four'],
  ['its line breaks', 40, 'one\ntwo  \nthree', 'one\ntwo\nthree'],
  ['one empty line for several', 40, '\n\n# A\n\n\n\ntext\n', 'A\n\ntext'],
  ['inline styles', 40, 'a **b** _c_ `d *e*` ~~f~~ <g>', 'a b c d *e* f <g>'],
  ['a style over two lines', 40, '**one\ntwo** three', 'one\ntwo three'],
  [
    'a link, and one that says itself',
    60,
    '[x](http://y/z) http://y/z',
    'x (http://y/z) http://y/z',
  ],
  ['a link named by what is before it', 60, '![cat](http://y/c.png)', 'cat (http://y/c.png)'],
  ['a list, hanging', 12, '- one two three\n- four', '• one two\n  three\n• four'],
  ['lists in lists', 40, '1. a\n   - b\n     - c\n2. d', '1. a\n   • b\n     • c\n2. d'],
  ['a list indented by two', 40, '1. a\n  - b\n2. c', '1. a\n   • b\n2. c'],
  ['the numbers as written', 40, '7. a\n8) b', '7. a\n8) b'],
  [
    'code in an item',
    40,
    '- a\n\n  ```js\n  b\n    c\n  ```\n- d',
    '• a\n\n  js\n    b\n      c\n• d',
  ],
  [
    'code word for word',
    20,
    '```\n# **a** <b>   &lt;\n\n- c\n```\nd',
    '  # **a** <b>   &lt;\n  \n  - c\nd',
  ],
  [
    'code longer than a row in one line',
    10,
    `\`\`\`\n${'x'.repeat(30)}\n\`\`\``,
    `  ${'x'.repeat(30)}`,
  ],
  ['a fence inside of a longer one', 40, '````\n```\na\n```\n````', '  ```\n  a\n  ```'],
  ['code without an end', 40, '```\na', '  a'],
  ['a quote', 40, '> a\n> b\n>> c\n\nd', '│ a\n│ b\n│ │ c\n\nd'],
  ['a list in a quote', 40, '> - a\n>   b\nc', '│ • a\n│   b\nc'],
  ['a rule, not a heading', 40, 'a\n---\nb', `a\n${'─'.repeat(39)}\nb`],
  ['a table', 40, '| a | b |\n|---|--:|\n| 1 | 22 |\n| **3** | 4 |', 'a   b\n─  ──\n1  22\n3   4'],
  [
    'a table that is too wide',
    20,
    '|a|b|\n|-|-|\n|x|one two three four|',
    `a  b\n─  ${'─'.repeat(16)}\nx  one two three\n   four`,
  ],
  ['a row of bars that is no table', 40, 'a | b\nc', 'a | b\nc'],
  ['wide characters', 12, '这是一个很长的中文段落', '这是一个很\n长的中文段\n落'],
  ['no mark at the beginning of a line', 11, '一二三四五，六', '一二三四\n五，六'],
  ['no bracket at the end of one', 11, '一二三四「五」', '一二三四\n「五」'],
  ['wide and narrow together', 12, 'ab 一二 cd 三', 'ab 一二 cd\n三'],
  ['a table of wide cells', 40, '|名|b|\n|-|-|\n|太郎|c|', '名    b\n────  ─\n太郎  c'],
  [
    'a word longer than the row',
    12,
    `a ${'x'.repeat(25)} b`,
    `a\n${'x'.repeat(11)}\n${'x'.repeat(11)}\nxxx b`,
  ],
  ['nothing that a terminal would obey', 40, 'a\x1b[2Jb\x07\x9b1m\r\n\u202ec', 'a[2Jb1m\nc'],
];

describe('shows', () => {
  it.each(cases)('%s', (_name, columns, markdown, shown) => {
    expect(plain(markdown, columns)).toBe(shown);
  });

  it('styles as numbers of SGR, and none where there is no colour', () => {
    const [line = []] = render(['**a `b`** [c](d)']);
    expect(paint(line, true)).toBe(
      '\x1b[1ma \x1b[0m\x1b[1;36mb\x1b[0m \x1b[4mc\x1b[0m\x1b[2m (d)\x1b[0m',
    );
    expect(paint(line, false)).toBe('a b c (d)');
  });
});

describe('however the text is cut', () => {
  const words = [
    'a',
    '**',
    '`',
    '```',
    '~~~',
    '- ',
    '1. ',
    '> ',
    '# ',
    '|',
    '-|-',
    '\n',
    '\n\n',
    '    ',
    '  ',
    ' ',
  ];
  const more = [
    '一',
    '，',
    '[x](y)',
    '*',
    '_',
    '<br>',
    '\x1b',
    '😀',
    'e\u0301',
    'long words here ',
    '---',
  ];
  const text = fc
    .array(fc.constantFrom(...words, ...more), { maxLength: 60 })
    .map((parts) => parts.join(''));

  it('gives the same lines', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), (whole, cuts) => {
        const places = [
          0,
          ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b),
          whole.length,
        ];
        const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end));
        expect(render(pieces)).toEqual(render([whole]));
      }),
      { numRuns: 400 },
    );
  });

  it('the tail changes nothing, and ends as what it becomes', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const stream = new MarkdownStream(Lexer, () => 40);
        const lines: TextLine[] = [];
        for (const letter of whole) {
          lines.push(...stream.push(letter));
          stream.tail();
        }
        const tail = stream.tail();
        const end = stream.end();
        expect([...lines, ...end]).toEqual(render([whole]));
        expect(tail).toEqual(end);
      }),
      { numRuns: 200 },
    );
  });

  it('fills no row beyond its end, but with code', () => {
    const prose = text.filter((whole) => !/```|~~~| {4}/.test(whole));
    fc.assert(
      fc.property(prose, fc.integer({ min: 30, max: 80 }), (whole, columns) => {
        for (const line of render([whole], columns))
          expect(widthOfLine(line)).toBeLessThan(columns);
      }),
    );
  });
});

it.each([
  ['abc', 3],
  ['一二', 4],
  ['ｱ', 1],
  ['Ａ', 2],
  ['한국', 4],
  ['e\u0301', 1],
  ['😀', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['─│•', 3],
])('%s takes %d columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

it('costs no more for a line of a long answer than for one of a short', () => {
  const stream = new MarkdownStream(Lexer, () => 80);
  let most = 0;
  for (let index = 0; index < 3000; index += 1) {
    stream.push(`${index}. *item* number ${index}\n`);
    most = Math.max(most, stream.tail().length);
  }
  expect(most).toBeLessThan(3);
});
