/** Finds files with a key in them that other users of this machine can read. */

import { codeOf } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Files } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import type { KeyWarning } from './warnings.ts';

const readableByOthers = 0o004;
const enterableByOthers = 0o001;

/** The files that a credential does not name itself. */
export interface KeyFiles {
  /** Undefined if the configuration is not a file. */
  readonly config: string | undefined;
  readonly dotenv: string;
  readonly isInDotenv: (variable: string) => boolean;
  readonly credentials: string;
  /** The file with the key that callers of this gateway send. */
  readonly gateway: string;
}

/** Returns the file that a key was found in; undefined if it was not in a file. */
export function fileOfSecret({ locator }: Credential, files: KeyFiles): string | undefined {
  switch (locator.kind) {
    case 'literal':
      return files.config;
    case 'variable':
      if (locator.file !== undefined) return locator.file;
      return locator.places.includes('dotenv') && files.isInDotenv(locator.variable)
        ? files.dotenv
        : undefined;
    case 'file':
      return locator.path;
    case 'stored':
    case 'oauth':
      return files.credentials;
    default:
      return undefined;
  }
}

export function warnOfExposed(paths: ReadonlySet<string>, files: Files): readonly KeyWarning[] {
  return [...paths]
    .filter((path) => isExposed(path, files))
    .map((path) => describeExposed(path, files.stamp(path)?.isForeign === true));
}

function describeExposed(path: string, isForeign: boolean): KeyWarning {
  const what = `${path} holds a key and everybody on this machine can read it`;
  if (isForeign) {
    const text = 'make this user its owner, then close it with chmod 600';
    return { code: 'key-file-exposed', text: `${what}: ${text}`, what, fix: { text } };
  }
  const fix = { text: 'close it', command: shellLine`chmod 600 ${path}` };
  return { code: 'key-file-exposed', text: `${what}: ${fix.command}`, what, fix };
}

/** Judges by the mode of the file and of all folders above it. */
function isExposed(path: string, files: Files): boolean {
  if (!hasMode(path, readableByOthers, files)) return false;
  if (codeOf(files.findFileFault(path)) === 'EISDIR') return false; // a folder holds no key
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (!hasMode(path.slice(0, end), enterableByOthers, files)) return false;
  return true;
}

function hasMode(path: string, bit: number, files: Files): boolean {
  try {
    const stamp = files.stamp(path);
    return stamp !== undefined && (stamp.mode & bit) !== 0;
  } catch {
    // A path that we cannot look at is not open to everybody.
    return false;
  }
}
