/** Cuts the text around the words that a search found, on one line. Pure. */

import { toOneLine } from './title.ts';

/** Number of characters shown before and after. */
const around = 40;

/** Returns the beginning of the text if the words do not occur literally. */
export function cutExcerpt(text: string, words: string): string {
  const quoted = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const at = Math.max(0, text.search(new RegExp(quoted, 'i')));
  const [start, end] = [
    Math.max(0, at - around),
    Math.min(text.length, at + words.length + around),
  ];
  // half of a surrogate pair
  const plain = text.slice(start, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
  return `${start > 0 ? '…' : ''}${toOneLine(plain)}${end < text.length ? '…' : ''}`;
}
