/**
 * Files of the installed package, by their absolute paths: two folders up from this one, and from
 * what is built of it.
 */

import { fileURLToPath } from 'node:url';

/** The JSON Schema of the configuration, for the first line of a new config file. */
export function schemaPath(): string {
  return new URL('../../schema/config.schema.json', import.meta.url).pathname;
}

/** The OpenAPI description of the admin API. */
export function adminDescriptionPath(): string {
  return fileURLToPath(new URL('../../schema/admin.openapi.json', import.meta.url));
}

/** The corpus of failures (docs/corpus.md). */
export function corpusPath(): string {
  return fileURLToPath(new URL('../../corpus/index.json', import.meta.url));
}

/** What a Node is given to start this program. */
export function launcherPath(): string {
  return fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
}
