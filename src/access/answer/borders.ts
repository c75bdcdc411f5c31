/**
 * Finds repetition inside a text, and the overlap of one text's end with another's beginning (step
 * 6 of a request, after a break), in linear time. Pure.
 */

/**
 * Returns for each prefix the length of its longest proper prefix that is also its suffix (Knuth,
 * Morris and Pratt).
 */
export function findBorders(pattern: string): readonly number[] {
  const borders: number[] = pattern === '' ? [] : [0];
  for (let index = 1, border = 0; index < pattern.length; index += 1) {
    border = extend(pattern, borders, { border, unit: pattern.charCodeAt(index) });
    borders.push(border);
  }
  return borders;
}

/**
 * Returns the first place of the pattern in the text, or -1. `indexOf` takes quadratic time if both
 * repeat themselves.
 */
export function firstPlace(text: string, pattern: string): number {
  if (pattern === '') return 0;
  const borders = findBorders(pattern);
  for (let index = 0, border = 0; index < text.length; index += 1) {
    border = extend(pattern, borders, { border, unit: text.charCodeAt(index) });
    if (border === pattern.length) return index + 1 - border;
  }
  return -1;
}

/** Returns the length of the longest prefix of the pattern with which the text ends. */
export function longestSuffix(text: string, pattern: string, borders: readonly number[]): number {
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (length === pattern.length) length = borders[length - 1] ?? 0;
    length = extend(pattern, borders, { border: length, unit: text.charCodeAt(index) });
  }
  return length;
}

function extend(
  pattern: string,
  borders: readonly number[],
  { border, unit }: { readonly border: number; readonly unit: number },
): number {
  let length = border;
  while (length > 0 && pattern.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
  return pattern.charCodeAt(length) === unit ? length + 1 : length;
}
