/**
 * Updates the table of failure classes in docs/errors.md: each class with its meaning, the steps
 * of the decision table, and its remark. Pure.
 */

import { failureClasses } from '../../src/failures/classes.ts';
import type { FailureRow, Move } from '../../src/failures/row.ts';

type Step = Exclude<Move, { readonly times: number }>['move'];

/** Describes each step; repeated steps are below. */
const steps: Readonly<Record<Step, string>> = {
  reread: 'read the source again',
  rotate: 'another key',
  'next-target': 'next target',
  'next-target-with-larger-window': 'next target that may have a larger window',
  'other-provider-once': 'one target of another provider',
  amend: 'the same target once more, with the request amended',
  wait: 'wait',
};

const counts = ['no', 'one', 'two', 'three', 'four'];
const head = '| class | meaning | what is done, in order | remark |\n|---|---|---|---|\n';

export function updateClasses(page: string): string {
  const start = page.indexOf(head);
  if (start < 0) throw new TypeError(`docs/errors.md has no table that begins with ${head}`);
  const first = start + head.length;
  const [table = ''] = page.slice(first).split('\n\n', 1);
  const rows = Object.entries(failureClasses).map(([name, row]) => {
    const { meaning, moves, remark = '' }: FailureRow = row;
    const done = moves.length === 0 ? 'stop' : moves.map(describeStep).join(' → ');
    return `| \`${name}\` | ${meaning} | ${done} | ${linkFromDocs(remark)} |`;
  });
  return `${page.slice(0, first)}${rows.join('\n')}${page.slice(first + table.length)}`;
}

function describeStep(move: Move): string {
  if (!('times' in move)) return steps[move.move];
  const { move: name, times } = move;
  const count = counts[times] ?? String(times);
  if (name === 'retry') return times === 1 ? 'one retry' : `${count} retries`;
  if (name === 'recheck') return `${count} rechecks`;
  if (name === 'retry-last') return `${count} retry if it is the last target`;
  return `a \`Retry-After\` of at most ${move.atMostMs / 1000} s, ${times === 1 ? 'once' : `${count} times`}`;
}

/** A row of the table links from the root of the repository, the page from its own folder. */
function linkFromDocs(remark: string): string {
  return remark.replaceAll('](docs/', '](');
}
