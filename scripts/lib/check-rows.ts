/**
 * Says which row of the signatures has a class that is none for a row, before anything is made of
 * the rows.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureClasses } from '../../src/failures/classes.ts';
import type { Signature } from '../../src/providers/signatures/signature.ts';
import { CorpusError } from './failure-corpus.ts';

const folder = fileURLToPath(new URL('../../src/providers/signatures', import.meta.url));

/** Classes that a row may have: those with a precedence. */
const known = Object.entries(failureClasses).flatMap(([name, { precedence }]) =>
  precedence === undefined ? [] : [name],
);

/** Throws a `CorpusError` for the first row that has a class which no row may have. */
export function checkRows(rows: readonly Signature[]): void {
  const wrong = rows.find((row) => !known.includes(row.class));
  if (wrong === undefined) return;
  throw new CorpusError(
    `${fileOf(wrong.id)}: ${wrong.id}: class: "${wrong.class}" is no failure class that a row may have; choose one of ` +
      `${known.toSorted().join(', ')} (docs/errors.md#failure-classes says what each means)`,
  );
}

/** The file in which a row stands under its id. */
function fileOf(id: string): string {
  const names = readdirSync(folder);
  const name = names.find((one) => readFileSync(join(folder, one), 'utf8').includes(`'${id}': {`));
  return `src/providers/signatures/${name ?? ''}`;
}
