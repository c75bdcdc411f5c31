/** Files of the installed package that others are told of, by their absolute paths. */

import { fileURLToPath } from 'node:url';

/** The JSON Schema of the configuration, for the first line of a new config file. */
export function schemaPath(): string {
  return new URL('../../schema/config.schema.json', import.meta.url).pathname;
}

/** What a Node is given to start this program. */
export function launcherPath(): string {
  return fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
}
