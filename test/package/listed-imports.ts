/** What the files of the package load, and what of it is not there. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** Lists each `FILE: WORD` that a user's Node would not find. */
export function listMissing(folder: string): readonly string[] {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const packages = Object.keys({ ...dependencies, ...peerDependencies });
  const isThere = (file: string, word: string): boolean => {
    if (word.startsWith('.')) return existsSync(join(dirname(file), word));
    return isBuiltin(word) || packages.some((name) => word === name || word.startsWith(`${name}/`));
  };
  return listScripts(folder).flatMap((file) =>
    listWords(readFileSync(file, 'utf8'))
      .filter((word) => !isThere(file, word))
      .map((word) => `${relative(folder, file)}: ${word}`),
  );
}

/** All but the launcher, which looks for the sources first. */
export function listScripts(folder: string): readonly string[] {
  return readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .map((path) => join(folder, 'dist', path));
}

/**
 * Names what a script imports or requires, at once or later, and the files that it opens beside
 * itself. The compiler reads the first two; a bundler renames `require` where it replaces it.
 */
function listWords(text: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const others = [
    ...text.matchAll(/\b__require\(["']([^"']+)["']\)/g),
    ...text.matchAll(/new URL\(["'](\.[^"']+)["'],\s*import\.meta\.url\)/g),
  ];
  return [...importedFiles.map(({ fileName }) => fileName), ...others.map(([, word = '']) => word)];
}
