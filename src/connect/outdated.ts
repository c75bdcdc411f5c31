/** Says why the settings of an agent are not those that `connect` would write now. */

import { isThere } from '../host/look-at.ts';
import type { Files } from '../host.ts';
import { findChanged } from './apply-settings.ts';
import type { WrittenFile } from './write-files.ts';

/** A program that is named by its whole path and is not there. */
export function findGone(
  files: Pick<Files, 'stamp'>,
  words: readonly string[],
): string | undefined {
  return words.filter((word) => word.startsWith('/')).find((word) => !isThere(files, word, true));
}

/** One sentence for each cause: somebody has changed the file, or what it names is elsewhere. */
export function explainOutdated(
  files: Pick<Files, 'stamp' | 'readText'>,
  written: readonly WrittenFile[],
): readonly string[] {
  const changed = written.flatMap((file) => describeFile(files, file) ?? []);
  if (changed.length > 0) return changed;
  const gone = findGone(
    files,
    written.flatMap(({ keyCommand = [] }) => keyCommand),
  );
  return [
    gone === undefined
      ? 'since `connect` wrote them the address, the key or a setting of the gateway has changed'
      : `they have the key printed by ${gone}, which is not there any more`,
  ];
}

function describeFile(
  files: Pick<Files, 'stamp' | 'readText'>,
  { path, values = [] }: WrittenFile,
): string | undefined {
  if (files.stamp(path) === undefined) return `${path} is not there any more`;
  const places = findChanged(files.readText(path), path, values);
  if (places.length === 0) return undefined;
  return `${path}: somebody has changed ${places.join(', ')} since \`connect\` wrote it`;
}
