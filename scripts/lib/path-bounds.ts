/**
 * How many files and functions of `src` a healthy relayed request may run through: they stand in a
 * sentence of ARCHITECTURE.md, for a streamed request first, then for a whole one.
 */

import { fileURLToPath } from 'node:url';
import { type AnswerKind, answerKinds, type RequestPath } from './measure-path.ts';

export const boundsPage: string = fileURLToPath(new URL('../../ARCHITECTURE.md', import.meta.url));

export interface PathBound {
  readonly files: number;
  readonly functions: number;
}

const numbers = /(\d+) files and (\d+) functions/g;

export function readBounds(page: string): Readonly<Record<AnswerKind, PathBound>> {
  const [streamed, whole] = [...page.matchAll(numbers)].map(([, files, functions]) => ({
    files: Number(files),
    functions: Number(functions),
  }));
  if (streamed === undefined || whole === undefined)
    throw new Error('ARCHITECTURE.md does not say how many files and functions a request takes');
  return { streamed, whole };
}

/** The page with the numbers that were found. */
export function writeBounds(
  page: string,
  found: Readonly<Record<AnswerKind, RequestPath>>,
): string {
  const kinds = answerKinds.values();
  return page.replace(numbers, (before) => {
    const kind = kinds.next().value;
    if (kind === undefined) return before;
    const { files, functions } = found[kind];
    return `${files} files and ${functions.length} functions`;
  });
}
