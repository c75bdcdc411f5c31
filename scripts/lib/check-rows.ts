/** Finds signatures with a class that no signature may have, before the rows are used. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureClasses } from '../../src/failures/classes.ts';
import type { Signature } from '../../src/providers/signatures/signature.ts';
import { CorpusError } from './failure-corpus.ts';

const folder = fileURLToPath(new URL('../../src/providers/signatures', import.meta.url));

/** Only classes with a precedence may be used. */
const known = Object.entries(failureClasses).flatMap(([name, { precedence }]) =>
  precedence === undefined ? [] : [name],
);

/** Throws a `CorpusError` for the first row whose class no row may have. */
export function checkRows(rows: readonly Signature[]): void {
  const wrong = rows.find((row) => !known.includes(row.class));
  if (wrong === undefined) return;
  throw new CorpusError(
    `${fileOf(wrong.id)}: ${wrong.id}: class: "${wrong.class}" is not a failure class that a row may have; choose one of ` +
      `${known.toSorted().join(', ')} (docs/errors.md#failure-classes says what each means)`,
  );
}

/** Returns the file that has a row with this id. */
function fileOf(id: string): string {
  const names = readdirSync(folder);
  const name = names.find((one) => readFileSync(join(folder, one), 'utf8').includes(`'${id}': {`));
  return `src/providers/signatures/${name ?? ''}`;
}
