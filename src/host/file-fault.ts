/**
 * Explains to people why a file cannot be read, written or created, and what to do about it: the
 * system's message names a call instead of a fix.
 */

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { codeOf } from '../errors.ts';
import type { Fix, ShellLine } from '../model/fix.ts';
import { isOutOfFiles } from './out-of-files.ts';
import { shellLine } from './shell-line.ts';

interface FaultKind {
  /** Default: the message of the error. */
  readonly words?: string;
  /** What mends it where it is, with the files beside it that have the same fault. */
  readonly fix?: (path: string, beside?: readonly string[]) => Fix;
  /** Where a file of ours can be instead. */
  readonly home?: string;
}

const letIn = (path: string, beside: readonly string[] = []): Fix => {
  const barrier = findBarrier(path) ?? path;
  const command = openBarrier(barrier, barrier === path ? beside : []);
  return command === undefined
    ? { text: 'let this user read and write the file and its folder' }
    : { text: 'let this user read and write it', command };
};

/**
 * What keeps this user from a path: a folder that may not be entered, the folder in which it is
 * made or replaced, or the path itself.
 */
function findBarrier(path: string): string | undefined {
  const folder = dirname(path);
  const shut = folder === path ? undefined : findShut(folder);
  if (shut !== undefined) return shut;
  const { W_OK, X_OK } = constants;
  if (lookAt(path)?.isFolder === true) return mayNot(path, W_OK | X_OK) ? path : undefined;
  if (lookAt(folder) !== undefined) return findBarrierAt(path, folder);
  // made first: the nearest folder that there is
  const above = folder === path ? undefined : findBarrier(folder);
  return above !== undefined && openBarrier(above) ? above : undefined;
}

/** A file in a folder that may be entered. A file of one's own must be readable first. */
function findBarrierAt(path: string, folder: string): string | undefined {
  const isUnread = mayNot(path, constants.R_OK) && lookAt(folder)?.uid === process.getuid?.();
  if (!isUnread && mayNot(folder, constants.W_OK)) return folder;
  return mayNot(path, constants.R_OK | constants.W_OK) ? path : undefined;
}

/** The first folder on the way that may not be entered. */
function findShut(folder: string): string | undefined {
  const above = dirname(folder);
  const shut = above === folder ? undefined : findShut(above);
  return shut ?? (mayNot(folder, constants.X_OK) ? folder : undefined);
}

function mayNot(path: string, wanted: number): boolean {
  try {
    accessSync(path, wanted);
    return false;
  } catch (error) {
    // EPERM is no matter of rights: an attribute forbids it
    return codeOf(error) === 'EACCES';
  }
}

/**
 * What belongs to somebody else is only taken over below the home of this user, where it is most
 * often left behind by sudo.
 */
function openBarrier(path: string, beside: readonly string[] = []): ShellLine | undefined {
  const user = process.getuid?.();
  const { uid, isFolder } = lookAt(path) ?? {};
  if (uid === undefined || user === undefined) return undefined;
  const paths = [path, ...beside];
  if (uid === user) return shellLine`chmod ${isFolder ? 'u+rwx' : 'u+rw'} ${paths}`;
  if (!path.startsWith(`${homedir()}/`)) return undefined;
  return shellLine`sudo chown -R ${user} ${paths}`;
}

interface FileFacts {
  readonly uid: number;
  readonly isFolder: boolean;
  readonly isSticky: boolean;
}

function lookAt(path: string): FileFacts | undefined {
  try {
    const stat = statSync(path);
    const isSticky = (stat.mode & 0o1000) !== 0;
    return { uid: stat.uid, isFolder: stat.isDirectory(), isSticky };
  } catch {
    return undefined; // it is gone, or in a folder that may not be entered
  }
}

const anotherFolder = 'another folder';
const anotherDisk = 'a folder on another disk';
const openMore = (): Fix => ({
  text: 'allow more open files',
  command: shellLine`ulimit -n 4096`,
});

/** A name without a dot is one that a person gave: `HOLDFAST_CONFIG=~/.config/holdfast`. */
function moveFolder(path: string): Fix {
  if (!basename(path).includes('.')) return { text: 'name the file in it instead' };
  return { text: 'move that folder away', command: shellLine`mv ${path} ${`${path}.old`}` };
}

/** What stands in the place of a file of ours. */
function moveAway(path: string): Fix {
  return { text: 'move it away', command: shellLine`mv ${path} ${`${path}.old`}` };
}

/** Only the owner of a file may put another in its place there. */
const giveOwner = (path: string): Fix => {
  const command = openBarrier(path);
  return { text: 'let this user own it', ...(command && { command }) };
};

const makeRoom = (): Fix => ({ text: 'free space there' });

const noRights: FaultKind = {
  words: 'this user may not read or write it',
  fix: letIn,
  home: anotherFolder,
};

/** By the system's code; without a digit, those that we tell apart from one of its codes. */
const kinds: Readonly<Record<string, FaultKind>> = {
  EISDIR: { words: 'it is a folder, not a file', fix: moveFolder },
  ENOTDIR: {
    words: 'a part of its path is a file, not a folder',
    fix: () => ({ text: 'move that file away' }),
    home: anotherFolder,
  },
  EEXIST: {
    words: 'its folder is a file',
    fix: () => ({ text: 'move that file away' }),
    home: anotherFolder,
  },
  ENOTREGULAR: { fix: moveAway },
  ETOOLARGE: { fix: moveAway },
  ENOLINK: {
    fix: () => ({ text: 'put back what it leads to, or remove the link' }),
  },
  ENOFOLDER: { home: 'a folder in which files can be made' },
  ELOOP: {
    words: 'it is a link that leads back to itself',
    fix: (path) => ({ text: 'remove that link', command: shellLine`rm ${path}` }),
  },
  EACCES: noRights,
  EPERM: noRights,
  ESTICKY: {
    words: 'its folder is sticky, where only the owner of a file may replace it',
    fix: giveOwner,
  },
  EATTRIBUTE: {
    words: 'its rights allow it, and an attribute of it does not (lsattr shows it)',
    fix: (path) => ({
      text: 'take the attribute away',
      command: shellLine`sudo chattr -i -a ${path}`,
    }),
  },
  EBUSY: {
    words: 'something holds it: it is mounted alone, or another program has it open',
    fix: () => ({
      text: 'mount the folder that it is in, not the file alone, or change the file where it comes from',
    }),
  },
  EROFS: {
    words: 'it is on a disk that is mounted read-only',
    home: 'a folder on a disk that can be written',
  },
  ENOSPC: { words: 'the disk is full', fix: makeRoom, home: anotherDisk },
  ENOINODES: {
    words: 'the disk can hold no more files, whatever space is free (df -i)',
    fix: () => ({ text: 'remove files there (freeing space does not help)' }),
    home: anotherDisk,
  },
  EDQUOT: { words: 'this user may use no more of the disk', fix: makeRoom, home: anotherDisk },
  EFBIG: {
    words: 'it would be larger than this shell allows',
    fix: () => ({ text: 'allow larger files', command: shellLine`ulimit -f unlimited` }),
  },
  EMFILE: { words: 'this process may open no more files', fix: openMore },
  ENFILE: { words: 'this machine can open no more files', fix: openMore },
};

function kindOf(error: unknown, path: string | undefined): FaultKind | undefined {
  const code = codeOf(error) ?? '';
  const nearer = path === undefined ? undefined : nearerCodes[code]?.(path);
  return kinds[nearer ?? code];
}

/** What the system gives one code for. */
const nearerCodes: Readonly<Record<string, (path: string) => string | undefined>> = {
  ENOSPC: (path) => (isOutOfFiles(dirname(path)) ? 'ENOINODES' : undefined),
  EPERM: findKeeper,
};

/** What keeps a file from being replaced although its rights allow it. */
function findKeeper(path: string): string | undefined {
  const { uid } = lookAt(path) ?? {};
  const folder = lookAt(dirname(path));
  if (uid === undefined || folder === undefined || findBarrier(path) !== undefined)
    return undefined;
  const owners = [0, uid, folder.uid];
  if (folder.isSticky && !owners.includes(process.getuid?.() ?? 0)) return 'ESTICKY';
  return process.platform === 'linux' ? 'EATTRIBUTE' : undefined;
}

/** A new file is made beside an old one and takes its place: that one is meant. */
function pathOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { dest, path } = { dest: undefined, path: undefined, ...error };
  return [dest, path].find((named) => typeof named === 'string');
}

/** A sentence without its subject, which is the file. */
export function describeFileFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (
    kindOf(error, pathOf(error))?.words ??
    kinds[findShortage(error) ?? '']?.words ??
    withoutCall(error.message)
  );
}

/** Node's `EIO: i/o error, read '/a/b'` names the file, as the sentence around it does. */
function withoutCall(message: string): string {
  return message.replace(/^(E[A-Z0-9]+): (.+?), \w+(?: '.*')?$/s, '$2 ($1)');
}

/** Node and SQLite say it in words of their own, without the code. */
function findShortage(error: unknown): 'EMFILE' | 'ENFILE' | undefined {
  const said = error instanceof Error ? `${codeOf(error)} ${error.message}` : '';
  if (/\bENFILE\b/.test(said)) return 'ENFILE';
  if (/\bEMFILE\b|too many open files/i.test(said)) return 'EMFILE';
  return error instanceof Error && error.cause !== undefined
    ? findShortage(error.cause)
    : undefined;
}

/** What fixes a shortage of this process or machine, whatever it was about. */
export function fixShortage(error: unknown): Fix | undefined {
  return findShortage(error) === undefined ? undefined : openMore();
}

/**
 * What fixes a fault at `path`, a file of ours; where there is no error, the rights of this user.
 * `beside`: others with the same fault.
 */
export function fixFileFault(error: unknown, path: string, beside?: readonly string[]): Fix {
  const { fix, home } = faultAt(error, path);
  const here = fix?.(path, beside);
  if (home === undefined || here?.command !== undefined) return here ?? { text: '' };
  const other = `copy configuration and state to ${home}, and set HOLDFAST_HOME to it`;
  return { text: here === undefined ? other : `${here.text}, or ${other}` };
}

/** The same of a file that another home would not move; undefined if nothing else is known. */
export function fixOtherFile(error: unknown, path: string): Fix | undefined {
  return faultAt(error, path).fix?.(path);
}

function faultAt(error: unknown, path: string): FaultKind {
  const kind = error === undefined ? noRights : kindOf(error, path);
  return kind ?? (codeOf(error) === undefined ? unreadable : failing);
}

const unreadable: FaultKind = { fix: () => ({ text: 'correct that file, or move it away' }) };
const failing: FaultKind = {
  fix: () => ({
    text: 'look at the disk that it is on: the log of the system (dmesg) says more',
  }),
};

/** A failed call of the system, for people. */
export interface ExplainedFault {
  /** Begins with the file, where it was about one. */
  readonly message: string;
  readonly fix?: Fix | undefined;
  readonly isOfFile: boolean;
}

/** Names the file that an error was about; where it may not be entered, what stands in the way. */
export function explainFault(error: unknown): ExplainedFault {
  const why = describeFileFault(error);
  const named = pathOf(error);
  if (named === undefined) return { message: why, fix: fixShortage(error), isOfFile: false };
  const isShut = kindOf(error, named)?.fix === letIn;
  const path = isShut ? (findBarrier(named) ?? named) : named;
  return { message: `${path}: ${why}`, fix: fixFileFault(error, path), isOfFile: true };
}
