/** Files for the real host: stamps, small synchronous reads, and atomic writes. */

import { isUtf8 } from 'node:buffer';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../errors.ts';
import type { FileStamp, Files } from '../host.ts';
import { createFault, makeFolder } from './make-folder.ts';
import { isOutOfFiles } from './out-of-files.ts';

/** Editors write in several steps, so a change is reported this much later. */
const watchDebounceMs = 250;

/** In bytes. Files with secrets or settings are far smaller: ten thousand stored keys take 4 MB. */
const longestText = 64 * 1024 * 1024;

const lineFeed = 0x0a;

/** A temporary file this old has no writer any more: locks around writes last seconds. */
const leftoverMs = 60_000;

export function createNodeFiles(): Files {
  return {
    stamp,
    readText,
    readBytes,
    readExactText,
    writeAtomic,
    createExclusive,
    append,
    list: listFolder,
    remove: (path) => rmSync(path, { force: true }),
    findWriteFault,
    findFileFault,
    spaceLeft,
    watch: watchFolder,
  };
}

/** Windows has no such owners. */
const user = process.getuid?.() ?? 0;

function stamp(path: string): FileStamp | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return {
    file: `${stat.dev}:${stat.ino}`,
    identity: `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`,
    modifiedAt: Number(stat.mtimeMs),
    mode: Number(stat.mode) & 0o777,
    ...(stat.nlink === 0n && { isUnlinked: true }),
    ...(user === 0 || user === Number(stat.uid) ? {} : { isForeign: true }),
    bytes: Number(stat.size),
  };
}

function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

function readExactText(path: string): string {
  const bytes = readBytes(path);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new Error(`line ${findForeignLine(bytes)} is not UTF-8`);
}

/**
 * In UTF-8 the byte of a line feed occurs in no other character, so lines can be checked one by
 * one.
 */
function findForeignLine(bytes: Buffer): number {
  let [line, start] = [1, 0];
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return line;
    [line, start] = [line + 1, end + 1];
  }
  return line;
}

/**
 * Opening a pipe or a device could block for ever, so they are opened without waiting and refused.
 * A folder gives EISDIR.
 */
function readBytes(path: string): Buffer {
  return withOpen(openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)), (file) => {
    const stat = fstatSync(file);
    if (!stat.isFile() && !stat.isDirectory()) throw notRegular(stat, path);
    if (stat.size > longestText)
      throw createFault('ETOOLARGE', `it is far too large (${stat.size} bytes)`);
    return readFileSync(file);
  });
}

/** Names what is there: a link may lead to it, as to `/dev/null`. */
function notRegular(stat: Stats, path: string): Error {
  const kinds = [stat.isFIFO() && 'a named pipe', stat.isSocket() && 'a socket'];
  const kind = kinds.find((one) => one) || 'a device';
  const real = followLinks(path);
  const through = real === path ? '' : ` (through a link to ${real})`;
  return createFault('ENOTREGULAR', `it is ${kind}${through}, not a regular file`);
}

function writeAtomic(named: string, content: string, mode = 0o600): void {
  const path = followLinks(named);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw findLinkFault(path);
  makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}.${process.hrtime.bigint()}.tmp`;
  writeDurably(temporary, content, mode);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
  removeLeftovers(path);
}

/** A killed writer leaves its temporary file behind, secrets included. */
function removeLeftovers(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !/\.\d+\.\d+\.tmp$/.test(name)) continue;
    const leftover = join(folder, name);
    const stat = statSync(leftover, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > leftoverMs)
      rmSync(leftover, { force: true });
  }
}

/** Keeps a symlink: a config file may live in a repository of dotfiles. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // no such file yet, or a dangling link
  }
}

/** A folder that does not exist yet is made in the nearest one that does. */
function findWriteFault(folder: string): unknown {
  try {
    if (!statSync(folder).isDirectory()) return createFault('ENOTDIR');
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (isProc(folder)) return createFault('ENOFOLDER', `no file can be made in ${folder}`);
    return isOutOfFiles(folder) ? createFault('ENOINODES') : undefined;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return error;
    return findAbsenceFault(folder) ?? findWriteFault(dirname(folder));
  }
}

/** Holds what the kernel shows, and nothing of anybody else. [S] man 2 statfs: PROC_SUPER_MAGIC */
function isProc(folder: string): boolean {
  return process.platform === 'linux' && statfsSync(folder).type === 0x9fa0;
}

function findFileFault(path: string): unknown {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return findAbsenceFault(path);
    if (stat.isDirectory()) return createFault('EISDIR');
    if (!stat.isFile()) return notRegular(stat, path);
    accessSync(path, constants.R_OK | constants.W_OK);
    // finds EMFILE; `path` itself stays closed, for closing it would drop SQLite's locks on it
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The folders above it may be absent too: the nearest one that is there decides. */
function findAbsenceFault(path: string, subject = 'it'): unknown {
  const folder = dirname(path);
  if (folder === path) return undefined;
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return findAbsenceFault(folder, `its folder ${folder}`);
  if (!found.isDirectory()) return createFault('ENOTDIR');
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  return findLinkFault(path, subject);
}

/** What the link leads to may be back tomorrow, so nothing takes the link's place. */
function findLinkFault(link: string, subject = 'it'): Error {
  const place = readlinkSync(link);
  return createFault('ENOLINK', `${subject} is a link to ${place}, which is not there`);
}

/**
 * A folder that does not exist yet is made on the disk of the nearest one that does. A file system
 * without blocks is no disk.
 */
function spaceLeft(folder: string): number | undefined {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    if (codeOf(error) === 'ENOENT' && parent !== folder) return spaceLeft(parent);
    return undefined; // a system that does not report it
  }
}

function createExclusive(path: string, content: string): boolean {
  makeFolder(dirname(path));
  try {
    writeDurably(path, content, 0o600);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function append(path: string, text: string): Promise<void> {
  makeFolder(dirname(path));
  await appendFile(path, text, { mode: 0o600 });
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // A file in the place of a folder holds nothing either: what is written there says so.
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
}

/** Removes the file if writing fails: half a lock file would block everybody. */
function writeDurably(path: string, content: string, mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    withOpen(descriptor, (file) => {
      // Not `writeSync`: on a nearly full disk it writes a part, returns its length and does not
      // fail.
      writeFileSync(file, content);
      fsyncSync(file);
    });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** A rename is durable only after its folder is synced. */
function syncFolder(path: string): void {
  withOpen(openSync(path, 'r'), fsyncSync);
}

/** Closes the file even if the work throws. */
function withOpen<Result>(file: number, work: (file: number) => Result): Result {
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Watches again only when the pause is over, and asks for a look then: in a folder that a database
 * is written to, each of its writes would wake this process.
 */
function watchFolder(folder: string, onChange: () => void): { close(): void } {
  let stop = (): void => undefined;
  const pause = (): void => {
    stop();
    const timer = setTimeout(() => {
      begin();
      onChange();
    }, watchDebounceMs).unref();
    stop = () => clearTimeout(timer);
  };
  const begin = (): void => {
    try {
      const watcher = watch(folder, { persistent: false }, pause);
      watcher.on('error', () => watcher.close());
      stop = () => watcher.close();
    } catch {
      stop = () => undefined; // no folder to watch: each request checks the files anyway
    }
  };
  begin();
  return { close: () => stop() };
}
