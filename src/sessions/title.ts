/**
 * The title of a session: at first from its first message, until a model or a person gives it a
 * better one. Pure.
 */

import { type TitleRank, titleRanks } from './session.ts';

/** Characters; what a list shows in one line. */
const longest = 60;

/** The beginning of the first line with something in it, cut between words where there are any. */
export function deriveTitle(text: string): string {
  const line = text.split(/[\r\n]+/).find((one) => /[\p{L}\p{N}]/u.test(one)) ?? text;
  const plain = toOneLine(line.replace(/^[\s#>*-]+/, ''));
  const characters = [...plain];
  if (characters.length <= longest) return plain;
  const cut = characters.slice(0, longest - 1).join('');
  return `${cut.replace(/(?<=.{20})\s\S*$/u, '')}…`;
}

/** As a list can show it, whoever wrote it. */
export function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** Whether a title of this rank may replace one of `present`. */
export function mayReplace(present: TitleRank, rank: TitleRank): boolean {
  return titleRanks.indexOf(rank) >= titleRanks.indexOf(present);
}
