/**
 * Files of ours that a variable of the environment puts out of use, or a mount: they lie where they
 * are expected, and another is read. Only for what people are told. `HOLDFAST_HOME` is a home of
 * its own, where nothing of another is expected.
 */

import { shellLine } from '../../host/shell-line.ts';
import type { Environment, Files } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { resolvePaths } from './paths.ts';

/** A file that is there and is not read. */
export interface UnreadFile {
  readonly path: string;
  /** Names it, the variable, and the file that is read. */
  readonly what: string;
  readonly fix: Fix;
  /** What is read is not what stands where it comes from. */
  readonly isStale?: true;
}

/** Each variable, the file that is expected without it, and the one that is read. */
export function findUnreadFiles(
  environment: Environment,
  files: Pick<Files, 'stamp'>,
): readonly UnreadFile[] {
  const { folder, configFile, dotenvFile } = resolvePaths(environment);
  const replaced = [
    ['HOLDFAST_CONFIG', `${folder}/config.yaml`, configFile],
    ['HOLDFAST_ENV_FILE', `${folder}/.env`, dotenvFile],
  ] as const;
  const stale = [configFile, dotenvFile].filter((path) => isUnlinked(files, path));
  return [
    ...stale.map(describeStale),
    ...replaced.flatMap(([variable, path, instead]) => {
      const there = identify(files, path);
      const isSame = path === instead || there === identify(files, instead);
      if (!environment.get(variable) || there === undefined || isSame) return [];
      return {
        path,
        what: `${path} is not read: ${variable} has ${instead} read in its place`,
        fix: { text: 'if that one was meant', command: shellLine`unset ${variable}` },
      };
    }),
  ];
}

function describeStale(path: string): UnreadFile {
  return {
    path,
    what: `${path} is mounted by itself, and the file that it comes from was replaced since: what is read here is the old one`,
    fix: { text: 'mount the folder that it is in, or start again what mounts it (the container)' },
    isStale: true,
  };
}

function isUnlinked(files: Pick<Files, 'stamp'>, path: string): boolean {
  try {
    return files.stamp(path)?.isUnlinked === true;
  } catch {
    return false; // it may not be looked at: another check says so
  }
}

/** A file that is reached by two paths, as through a link, is one. */
function identify(files: Pick<Files, 'stamp'>, path: string): string | undefined {
  try {
    return files.stamp(path)?.file;
  } catch {
    return undefined; // it may not be looked at: another check says so
  }
}
