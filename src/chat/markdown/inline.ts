/** Parses the inside of a block: emphasis, code, links. Pure, on the inline lexer of `marked`. */

import type { TextLine, TextPiece } from './text.ts';

/** The fields of a `marked` token that we read. */
export interface InlineToken {
  readonly type: string;
  readonly raw: string;
  readonly text?: string;
  readonly href?: string;
  readonly tokens?: readonly InlineToken[] | undefined;
}

/** Each style is the numbers of its SGR code. */
export const styles = {
  strong: '1',
  quiet: '2',
  emphasis: '3',
  link: '4',
  removed: '9',
  code: '36',
  heading: '1;35',
} as const;

const nested: Readonly<Record<string, string>> = {
  strong: styles.strong,
  em: styles.emphasis,
  del: styles.removed,
};

export function toPieces(tokens: readonly InlineToken[], style = ''): TextLine {
  return tokens.flatMap((token) => pieceOf(token, style));
}

function pieceOf(token: InlineToken, style: string): readonly TextPiece[] {
  const { type, raw, text = raw, tokens } = token;
  const own = nested[type];
  if (own !== undefined) return toPieces(tokens ?? [], addStyle(style, own));
  if (type === 'codespan') return [{ text, style: addStyle(style, styles.code) }];
  if (type === 'br' || /^<br *\/?>$/i.test(raw)) return [{ text: '\n', style }];
  if (type === 'link' || type === 'image') return linkPieces(token, style);
  if (tokens !== undefined) return toPieces(tokens, style);
  return [{ text: text, style }];
}

/** Returns the text of the link, followed by its address unless they are the same. */
function linkPieces(
  { text = '', href = '', tokens = [] }: InlineToken,
  style: string,
): readonly TextPiece[] {
  const words = toPieces(tokens, addStyle(style, styles.link));
  const isSame = text === href || `mailto:${text}` === href || `http://${text}` === href;
  return isSame ? words : [...words, { text: ` (${href})`, style: addStyle(style, styles.quiet) }];
}

function addStyle(style: string, own: string): string {
  return style === '' ? own : `${style};${own}`;
}
