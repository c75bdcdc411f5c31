/** The words that were found, with what stands around them, on one line. Pure. */

import { toOneLine } from './title.ts';

/** Characters before and behind. */
const around = 40;

/** The beginning of the text where the words are not in it as they stand. */
export function cutExcerpt(text: string, words: string): string {
  const quoted = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const at = Math.max(0, text.search(new RegExp(quoted, 'i')));
  const [start, end] = [
    Math.max(0, at - around),
    Math.min(text.length, at + words.length + around),
  ];
  const plain = text.slice(start, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, ''); // half a character
  return `${start > 0 ? '…' : ''}${toOneLine(plain)}${end < text.length ? '…' : ''}`;
}
