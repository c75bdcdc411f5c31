/**
 * The words that start this program again, in any folder and in a new terminal, for every command
 * line that is printed.
 */

import { delimiter, dirname, join } from 'node:path';
import type { Environment, Files } from '../host.ts';
import { createNodeFiles } from './node-files.ts';
import { launcherPath } from './package-files.ts';
import { quoteWord } from './quote-word.ts';

/** Every command of the program; a test compares it with them. */
export const commandNames =
  'ask|auth|chat|classify|completion|config|connect|cost|descriptions|doctor|drill|explain|fallback|health|help|import|init|key|logs|models|records|serve|service|sessions|sim|tasks|ui|why';

/** Our name where a command begins: in no path, and not behind the words of `npx`. */
const ownName = new RegExp(
  `(?<![\\w/.@-]|npx |--package=\\S+ )holdfast(?= (?:${commandNames}|--help|--version)(?![\\w-]))`,
  'g',
);

/** Writes every command in a text of ours with the words that start this program. */
export function inOwnWords(text: string): string {
  const words = text.search(ownName) === -1 ? ['holdfast'] : listProgramWords();
  return text.replaceAll(ownName, () => words.map(quoteWord).join(' '));
}

/** How the program was started. */
export interface Start {
  /** The file that Node was given to run; it may be a link. */
  readonly script: string | undefined;
  readonly node: string;
  /** The file of this package that starts the program. */
  readonly launcher: string;
  readonly environment: Pick<Environment, 'get'>;
  readonly files: Pick<Files, 'stamp' | 'readText'>;
}

/**
 * Returns `holdfast` where that word leads to this very program, the package of `npx` where npx
 * brought it, else Node and the launcher with their whole paths: with another word the shell could
 * start another version, and `npx` what anybody has published under the name.
 */
export function listProgramWords(
  start: Start = thisStart(),
): readonly [program: string, ...rest: string[]] {
  const isInstalled = start.launcher.includes('/node_modules/');
  // Inside somebody's own program nobody has typed a command: name the one that is beside it.
  if (!isInstalled && !isSame(start, start.script, start.launcher)) return ['holdfast'];
  const first = findOnPath(start, 'holdfast');
  if (first !== undefined && leadsToLauncher(start, first)) return ['holdfast'];
  const fetched = readNpxPackage(start);
  if (fetched !== undefined) return ['npx', `--package=${fetched}`, 'holdfast'];
  const node = findOnPath(start, 'node');
  return [
    node !== undefined && isSame(start, node, start.node) ? node : start.node,
    start.launcher,
  ];
}

function thisStart(): Start {
  const { argv, env, execPath } = process;
  return {
    script: argv[1],
    node: execPath,
    launcher: launcherPath(),
    environment: { get: (name) => env[name] },
    files: createNodeFiles(),
  };
}

/** Skips the folders that npm and npx put on the PATH for one run only. */
function findOnPath({ environment, files }: Start, name: string): string | undefined {
  return (environment.get('PATH') ?? '')
    .split(delimiter)
    .filter((folder) => folder.startsWith('/') && !folder.includes('/node_modules'))
    .map((folder) => join(folder, name))
    .find((path) => readFile({ files }, path) !== undefined);
}

/** Follows links, and the paths in a script such as pnpm writes. */
function leadsToLauncher(start: Start, path: string): boolean {
  if (isSame(start, path, start.launcher)) return true;
  const script = readScript(start, path).replaceAll('$basedir', dirname(path));
  const named = script.match(/[^\s'"=]*holdfast\.js/g) ?? [];
  return named.some((each) => isSame(start, each, start.launcher));
}

/** Empty for a program, which is larger than any script. */
function readScript({ files }: Start, path: string): string {
  try {
    return (files.stamp(path)?.bytes ?? 0) > 8192 ? '' : files.readText(path);
  } catch {
    return ''; // a file that cannot be read leads nowhere
  }
}

/** Reads what npx was asked for, beside the package in its cache. */
function readNpxPackage({ files, launcher }: Start): string | undefined {
  const folder = /^(.*\/_npx\/[^/]+)\/node_modules\//.exec(launcher)?.[1];
  if (folder === undefined) return undefined;
  try {
    const packages: unknown = Object(JSON.parse(files.readText(join(folder, 'package.json'))))._npx
      ?.packages;
    const [only, ...others] = Array.isArray(packages) ? packages.map(String) : [];
    return others.length === 0 ? only : undefined;
  } catch {
    return undefined; // an older npx writes no such file
  }
}

function isSame({ files }: Pick<Start, 'files'>, one: string | undefined, other: string): boolean {
  return one !== undefined && readFile({ files }, one) === readFile({ files }, other);
}

/** Returns the file behind a path, whatever its name; undefined where there is none. */
function readFile({ files }: Pick<Start, 'files'>, path: string): string | undefined {
  try {
    return files.stamp(path)?.file;
  } catch {
    return undefined; // nothing can be started from an unreadable folder
  }
}
