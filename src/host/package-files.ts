/**
 * Absolute paths of files in the installed package. They are two folders up, from this file and
 * from its build.
 */

import { fileURLToPath } from 'node:url';

/** Is named by the first line of a new config file. */
export function schemaPath(): string {
  return new URL('../../schema/config.schema.json', import.meta.url).pathname;
}

export function adminDescriptionPath(): string {
  return fileURLToPath(new URL('../../schema/admin.openapi.json', import.meta.url));
}

/** Contains the corpus of failures (docs/corpus.md). */
export function corpusPath(): string {
  return fileURLToPath(new URL('../../corpus/index.json', import.meta.url));
}

/** The script that Node runs to start this program. */
export function launcherPath(): string {
  return fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
}
