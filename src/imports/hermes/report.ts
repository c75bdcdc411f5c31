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
export function renderReport(plan: ImportPlan): string {
  const paragraphs = [
    ...renderConflicts(plan.conflicts),
    ...titles.flatMap(([kind, title]) =>
      renderRemarks(
        title,
        plan.remarks.filter((remark) => remark.kind === kind),
      ),
    ),
  ];
  return paragraphs.map((paragraph) => `${paragraph}\n`).join('\n');
}

function renderConflicts(conflicts: readonly KeyConflict[]): readonly string[] {
  if (conflicts.length === 0) return [];
  const lines = conflicts.flatMap(({ provider, places, there, here }) => [
    `  ${provider}`,
    ...places.map((place) => {
      const marks = [
        ...(place === there ? ['wins in Hermes'] : []),
        ...(place === here ? ['wins here'] : []),
      ];
      return `    ${place.fingerprint}  ${place.where}${marks.length === 0 ? '' : `  <- ${marks.join(', ')}`}`;
    }),
    ...(here === undefined ? ['    none of them is used here'] : []),
  ]);
  return [['Different keys for one provider', ...lines].join('\n')];
}

function renderRemarks(title: string, remarks: readonly Remark[]): readonly string[] {
  if (remarks.length === 0) return [];
  const lines = remarks.flatMap(({ where, text, howToFix }) => [
    `  ${where}: ${text}`,
    ...(howToFix === undefined ? [] : [`    How to fix: ${howToFix}`]),
  ]);
  return [[title, ...lines].join('\n')];
}
