/** Rejects names of files and folders that say nothing about their content. Rule `name`. */

import type { Finding, SourceFile } from './source-file.ts';

const bags: readonly string[] = [
  'util',
  'helper',
  'common',
  'shared',
  'manager',
  'handler',
  'misc',
];

/** Finds bags: `utils.ts`, `shared/`, `key-manager.ts`. */
export function checkNames(files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap(({ path }) => {
    const bag = path.split('/').find(isBag);
    if (bag === undefined) return [];
    const message = `"${bag}" names a bag: name it for the one thing inside, or put that beside its user`;
    return [{ path, line: 1, rule: 'name' as const, message }];
  });
}

function isBag(segment: string): boolean {
  const words = segment.replace(/\..*$/, '').split('-');
  return bags.includes(words.at(-1)?.replace(/s$/, '') ?? '');
}
