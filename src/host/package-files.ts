/**
 * Absolute paths of files in the installed package. They are two folders up, from this file and
 * from its build.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** In a bundle nothing is there, and in one of CommonJS the path is not absolute either. */
export function packagePath(path: string): string {
  const url = URL.parse(`../../${path}`, import.meta.url);
  return url === null ? path : fileURLToPath(url);
}

/** Is named by the first line of a new config file. */
export function schemaPath(): string {
  return pathToFileURL(packagePath('schema/config.schema.json')).pathname;
}

export function adminDescriptionPath(): string {
  return packagePath('schema/admin.openapi.json');
}

/** Contains the corpus of failures (docs/corpus.md). */
export function corpusPath(): string {
  return packagePath('corpus/index.json');
}

/** The script that Node runs to start this program. */
export function launcherPath(): string {
  return packagePath('bin/holdfast.js');
}

/** Returns the address of a file beside a module of ours; undefined in a bundle, which has none. */
export function findBeside(name: string, moduleUrl: string): URL | undefined {
  const url = URL.parse(name, moduleUrl);
  try {
    return url !== null && existsSync(url) ? url : undefined;
  } catch {
    return undefined; // Node's permissions refuse even to look
  }
}
