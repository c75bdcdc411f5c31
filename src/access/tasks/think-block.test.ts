/** Reasoning between tags is dropped from a continuation, however the text is cut into pieces. */

import { describe, expect, it } from 'vitest';
import { splitThought, ThinkFilter } from './think-block.ts';

function filter(text: string, missing: string, size: number): string {
  const one = new ThinkFilter(missing);
  let told = '';
  for (let at = 0; at < text.length; at += size) told += one.push(text.slice(at, at + size));
  return told + one.end();
}

describe('ThinkFilter', () => {
  it.each<[string, string, string, string]>([
    ['plain text', ' and so on', '', ' and so on'],
    ['text that begins like a tag', '<thin ice>', '', '<thin ice>'],
    ['the beginning of a tag alone', '<thi', '', '<thi'],
    ['a block', '<think>hm</think>\n\nand so on', '', 'and so on'],
    ['a block with a space of the text behind it', '<think>hm</think>\n world', '', ' world'],
    ['a block after a line', '\n<think>a < b </thin </think>and', '', 'and'],
    ['a block later on', 'so <think>x</think>', '', 'so <think>x</think>'],
    ['a block alone', '<think>hm</think>\n\n', '', ''],
    ['a block that never ends', '<think>hm, hm', '', ''],
    ['a block where one is open', '<think>hm</think>\n\nand', '</think>', '</think>\n\nand'],
    ['text where a block is open', ' and', '</think>', '</think>\n\nand'],
    ['nothing', '', '</think>', ''],
  ])('%s', (_name, text, missing, told) => {
    for (let size = 1; size <= text.length + 1; size++)
      expect(filter(text, missing, size)).toBe(told);
  });
});

describe('splitThought', () => {
  it.each([
    ['text', { visible: 'text', missing: '' }],
    ['', { visible: '', missing: '' }],
    ['<think>a</think>\n\ntext', { visible: 'text', missing: '' }],
    ['<think>a', { visible: '', missing: '</think>' }],
    ['<think>a</thi', { visible: '', missing: 'nk>' }],
    ['\n<thi', { visible: '', missing: 'nk></think>' }],
    ['text <think>a', { visible: 'text <think>a', missing: '' }],
  ])('%j', (text, thought) => {
    expect(splitThought(text)).toEqual(thought);
  });
});
