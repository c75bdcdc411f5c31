/** What an import found, as text for people: names, places and fingerprints, never a value. Pure. */

import type { KeyConflict } from './conflicts.ts';
import type { ImportPlan } from './plan.ts';
import type { Remark, RemarkKind } from './remarks.ts';

const titles: readonly (readonly [kind: RemarkKind, title: string])[] = [
  ['problem', 'To do'],
  ['seen', 'Seen in Hermes'],
  ['not-carried', 'Left behind'],
  ['note', 'Notes'],
];

/** Everything but the diff, in paragraphs. Empty when there is nothing to say. */
export function renderReport({ conflicts, remarks }: ImportPlan): string {
  const paragraphs = [
    ['Different keys for one provider', ...conflicts.flatMap(renderConflict)],
    ...titles.map(([wanted, title]) => [
      title,
      ...remarks.filter(({ kind }) => kind === wanted).flatMap(renderRemark),
    ]),
  ];
  const told = paragraphs.filter((lines) => lines.length > 1);
  return told.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function renderConflict({ provider, places, there, here }: KeyConflict): readonly string[] {
  const lines = places.map((place) => {
    const wins = [...(place === there ? ['wins in Hermes'] : []), ...(place === here ? ['wins here'] : [])];
    return `    ${place.fingerprint}  ${place.where}${wins.length === 0 ? '' : `  <- ${wins.join(', ')}`}`;
  });
  return [`  ${provider}`, ...lines, ...(here === undefined ? ['    none of them is used here'] : [])];
}

function renderRemark({ where, text, howToFix }: Remark): readonly string[] {
  return [`  ${where}: ${text}`, ...(howToFix === undefined ? [] : [`    How to fix: ${howToFix}`])];
}
