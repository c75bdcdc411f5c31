/** Files on disk for the real host: stamps, small synchronous reads, and writes that are old or new but never mixed. */

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { FileStamp, Files } from '../host.ts';

/** Waking up waits this long after a change, since editors write in several steps. */
const watchDebounceMs = 250;

export function createNodeFiles(): Files {
  return {
    stamp,
    readText: (path) => readFileSync(path, 'utf8'),
    writeAtomic,
    createExclusive,
    remove: (path) => rmSync(path, { force: true }),
    watch: watchFolder,
  };
}

function stamp(path: string): FileStamp | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return {
    file: `${stat.dev}:${stat.ino}`,
    identity: `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`,
    modifiedAt: Number(stat.mtimeMs),
    mode: Number(stat.mode) & 0o777,
  };
}

function writeAtomic(named: string, content: string, mode = 0o600): void {
  const path = followLinks(named);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.${process.hrtime.bigint()}.tmp`;
  try {
    writeDurably(temporary, content, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** A link stays a link: a config may stand in a repository of dotfiles. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // no such file yet, or a link to nowhere, which gives way
  }
}

function createExclusive(path: string, content: string): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeDurably(path, content, 0o600);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function writeDurably(path: string, content: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    // Not `writeSync`: on a disk that is all but full that writes a part, says how much, and fails not at all.
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A rename is durable only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function watchFolder(folder: string, onChange: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const wake = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, watchDebounceMs).unref();
  };
  try {
    const watcher = watch(folder, { persistent: false }, wake);
    watcher.on('error', () => watcher.close());
    return {
      close: () => {
        clearTimeout(timer);
        watcher.close();
      },
    };
  } catch {
    return { close: () => undefined }; // no folder to watch: requests look at the files themselves
  }
}
