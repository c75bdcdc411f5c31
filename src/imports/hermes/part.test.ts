import { describe, expect, it } from 'vitest';
import { Part } from './part.ts';
import { Remarks } from './remarks.ts';

const file = { path: '/a/config.yaml', lineOf: () => 3 };
const part = new Part(
  {
    text: ' a ',
    empty: '',
    count: '8',
    odd: 'x',
    minus: -1,
    list: [{ a: 1 }, 2],
    one: { a: 1 },
    'a/b~': {},
  },
  file,
);

describe('a part of a file', () => {
  it.each([
    ['a text, trimmed', part.text('text'), 'a'],
    ['the first text of several keys', part.text('none', 'empty', 'odd'), 'x'],
    ['no text where something else stands', part.text('list'), undefined],
    ['a number that was written as a text', part.number('count'), 8],
    ['no number below one', [part.number('minus'), part.number('odd')], [undefined, undefined]],
    [
      'the objects of a list',
      part
        .at('list')
        .items()
        .map(({ where }) => where),
      ['/a/config.yaml:3 list[0]'],
    ],
    ['one object where a list belongs', part.at('one').items().length, 1],
    ['nothing below what is no object', part.at('text').at('x').entries(), []],
    ['its place as a pointer', part.at('a/b~').at(0).pointer, '/a~1b~0/0'],
  ])('gives %s', (_name, given, expected) => {
    expect(given).toEqual(expected);
  });
});

describe('a remark', () => {
  it('is kept once, and leaves a fix out whose facts are not known', () => {
    const remarks = new Remarks();
    for (const provider of [undefined, 'xai', 'xai']) remarks.add('login', part, { provider });
    expect(remarks.all.map(({ fix }) => fix?.text.slice(0, 36))).toEqual([
      undefined,
      'use an API key: holdfast auth add xa',
    ]);
  });
});
