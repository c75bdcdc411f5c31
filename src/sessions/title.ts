/**
 * The title of a session: at first from its first message, until a model or a person sets a better
 * one. Pure.
 */

import { type TitleRank, titleRanks } from './session.ts';

/** In characters, for one line of a list. */
const longest = 60;

/** Returns the beginning of the first non-empty line, cut between words if possible. */
export function deriveTitle(text: string): string {
  const line = text.split(/[\r\n]+/).find((one) => /[\p{L}\p{N}]/u.test(one)) ?? text;
  const plain = toOneLine(line.replace(/^[\s#>*-]+/, ''));
  const characters = [...plain];
  if (characters.length <= longest) return plain;
  const cut = characters.slice(0, longest - 1).join('');
  return `${cut.replace(/(?<=.{20})\s\S*$/u, '')}…`;
}

/** Makes any text fit one line of a list. */
export function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** True if a title of this rank may replace one of rank `present`. */
export function mayReplace(present: TitleRank, rank: TitleRank): boolean {
  return titleRanks.indexOf(rank) >= titleRanks.indexOf(present);
}
