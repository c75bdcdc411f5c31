/** Measures and wraps text for a terminal. Pure. */

export interface TextPiece {
  readonly text: string;
  /** Has the numbers of the SGR code, such as `1;36`; it is empty for plain text. */
  readonly style: string;
}

/** A line takes one row of the screen. */
export type TextLine = readonly TextPiece[];

const plain = /^[ -~]*$/;
const invisible = /^[\p{M}\p{Cf}\u200b]+$/u;
/** Matches East Asian wide and full-width forms, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;
/**
 * Chinese and Japanese forbid some characters at the beginning of a line, and others at the end.
 */
const closing = /^[、。，．：；！？）］｝」』】〉》〕’”…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/u;
const opening = /[（［｛「『【〈《〔‘“]$/u;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Returns the columns that a text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfOne(segment);
  return width;
}

export function widthOfLine(line: TextLine): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}

function widthOfOne(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return invisible.test(grapheme) ? 0 : 1;
}

/** Never broken, unless it is longer than a line. */
interface WordPart extends TextPiece {
  readonly width: number;
}

/** Wraps to at most `columns`, at spaces and between wide characters; a `\n` always ends a line. */
export function wrap(pieces: TextLine, columns: number): readonly TextLine[] {
  const lines: WordPart[][] = [[]];
  let used = 0;
  /** A continued line begins without a space. */
  let isRest = false;
  const begin = (rest: boolean): void => {
    lines.push([]);
    used = 0;
    isRest = rest;
  };
  const put = (unit: WordPart): void => {
    if (used > 0 && used + unit.width > columns) begin(true);
    lines.at(-1)?.push(unit);
    used += unit.width;
  };
  for (const word of splitWords(pieces)) {
    const width = word.reduce((sum, unit) => sum + unit.width, 0);
    const isSpace = word[0]?.text.trim() === '';
    if (word[0]?.text === '\n') begin(false);
    else if (isSpace && (used + width > columns || (used === 0 && isRest))) continue;
    else {
      if (used > 0 && used + width > columns) begin(true);
      (width > columns ? word.flatMap(splitGraphemes) : word).forEach(put);
    }
  }
  return lines.map(joinPieces);
}

/** Returns groups of units between which a line may end; a space is a group by itself. */
function splitWords(pieces: TextLine): readonly (readonly WordPart[])[] {
  const words: WordPart[][] = [];
  let before: WordPart | undefined;
  for (const unit of pieces.flatMap(splitUnits)) {
    if (before !== undefined && !mayBreak(before, unit)) words.at(-1)?.push(unit);
    else words.push([unit]);
    before = unit;
  }
  return words;
}

function splitUnits({ text, style }: TextPiece): readonly WordPart[] {
  const runs = text.replaceAll('\t', '    ').match(/\n|[^\S\n]+|[!-~]+|[^\s!-~]+/gu) ?? [];
  return runs.flatMap((run) => {
    if (plain.test(run) || run === '\n') return [{ text: run, style, width: run.length }];
    return splitGraphemes({ text: run, style });
  });
}

function splitGraphemes({ text, style }: TextPiece): readonly WordPart[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({
    text: segment,
    style,
    width: widthOfOne(segment),
  }));
}

function mayBreak(before: WordPart, after: WordPart): boolean {
  const isSpace = (text: string): boolean => text.trim() === '';
  if (isSpace(before.text) || isSpace(after.text)) return true;
  if (closing.test(after.text) || opening.test(before.text)) return false;
  return wide.test(before.text) || wide.test(after.text);
}

/** Joins neighbours of one style, and drops spaces at the end. */
function joinPieces(units: readonly WordPart[]): TextLine {
  const line: TextPiece[] = [];
  for (const { text, style } of units.slice(
    0,
    units.findLastIndex(({ text }) => text.trim() !== '') + 1,
  )) {
    const last = line.at(-1);
    if (last?.style === style) line.splice(-1, 1, { text: last.text + text, style });
    else line.push({ text, style });
  }
  return line;
}

/** Encodes the line for a terminal. */
export function paint(line: TextLine, hasColor: boolean): string {
  return line
    .map(({ text, style }) => (hasColor && style !== '' ? `\x1b[${style}m${text}\x1b[0m` : text))
    .join('');
}
