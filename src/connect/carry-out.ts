/**
 * Writes a connection and undoes it. Each old file is kept as a backup, and a note of ours names
 * the backups.
 */

import { createHash } from 'node:crypto';
import { describeFileFault } from '../config/files/file-fault.ts';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';
import { writeConfig } from '../imports/write-config.ts';
import type { PlannedFile } from './planned-file.ts';

/** One changed file, as hashes and paths only; its content is in the backup. */
export interface WrittenFile {
  readonly path: string;
  /** Absent: the file is new. */
  readonly backup?: string;
  /** SHA-256 of the text before. A new file has none. */
  readonly before?: string;
  /** Its former mode, if that was changed too. */
  readonly mode?: number;
  /** SHA-256 of the text that was written. */
  readonly after: string;
}

const ownerMayWrite = 0o200;

/** Returns the path of the note about one agent. */
export function notePath(stateFolder: string, agent: string): string {
  return `${stateFolder}/connected/${agent}.json`;
}

/**
 * Writes every file that differs. Throws, with nothing written, if one is read-only. If one cannot
 * be written, or changed since it was read, those before it stay written and noted.
 */
export function writePlannedFiles(
  host: Host,
  files: readonly PlannedFile[],
  note: string,
): readonly WrittenFile[] {
  const written: WrittenFile[] = [];
  const earlier = readNote(host, note);
  const differing = files.filter(({ diff }) => diff !== '');
  for (const file of differing) requireWritable(file);
  for (const file of differing) {
    const backup = writeSettingsFile(host, file);
    const first = earlier.find(
      ({ path, after }) => path === file.path && after === hash(file.before?.text ?? ''),
    );
    if (first !== undefined && backup !== undefined) host.files.remove(backup);
    written.push({ ...(first ?? describeOld(file, backup)), after: hash(file.after) });
    const others = earlier.filter(({ path }) => !written.some((one) => one.path === path));
    host.files.writeAtomic(
      note,
      `${JSON.stringify({ files: [...others, ...written] }, null, 2)}\n`,
    );
  }
  return written;
}

/**
 * Respects a read-only file: somebody made it so on purpose, even if its folder would let us
 * replace it.
 */
function requireWritable({ path, before }: PlannedFile): void {
  if (before === undefined || (before.mode & ownerMayWrite) !== 0) return;
  throw new AccessError('local-fault', `${path} is read-only; nothing is written`, {
    fix: `chmod u+w ${path}, or put the settings in where the file is made`,
  });
}

function writeSettingsFile(host: Host, file: PlannedFile): string | undefined {
  try {
    return writeConfig(host, file.path, file);
  } catch (error) {
    throw error instanceof AccessError ? error : cannotWriteSettings(file, error);
  }
}

function cannotWriteSettings({ path }: PlannedFile, cause: unknown): AccessError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AccessError('local-fault', `${path} cannot be written: ${reason}`, { cause });
}

/**
 * Describes the previous content. For a file that we have written before, the first backup is kept.
 */
function describeOld(
  { path, before, mode }: PlannedFile,
  backup: string | undefined,
): Omit<WrittenFile, 'after'> {
  if (backup === undefined || before === undefined) return { path };
  const isModeKept = mode === undefined || mode === before.mode;
  return { path, backup, before: hash(before.text), ...(isModeKept ? {} : { mode: before.mode }) };
}

/**
 * Restores the previous files and returns their paths, or nothing if nothing was written. Throws,
 * before any change, if a file or its backup was modified since.
 */
export function undo(host: Host, note: string): readonly string[] {
  const files = readNote(host, note);
  if (files.length === 0) return [];
  const plans = files.map((file) => ({ file, restored: checkUnchanged(host, file) }));
  for (const { file, restored } of plans) putBack(host, file, restored);
  host.files.remove(note);
  return files.map(({ path }) => path);
}

/** Returns the text to restore; undefined if the file is to be deleted. */
function checkUnchanged(
  host: Host,
  { path, backup, before, after }: WrittenFile,
): string | undefined {
  if (hashOfFile(host, path) !== after) {
    const copy = backup === undefined ? '' : `: compare it with ${backup}`;
    throw new AccessError('local-fault', `${path} has changed since; nothing is undone`, {
      fix: `take our settings out by hand${copy}`,
    });
  }
  if (backup === undefined) return undefined;
  if (hashOfFile(host, backup) !== before) {
    throw new AccessError(
      'local-fault',
      `${backup} is not the copy that was made; nothing is undone`,
      {
        fix: `take our settings out of ${path} by hand`,
      },
    );
  }
  return host.files.readText(backup);
}

function putBack(
  host: Host,
  { path, backup, mode }: WrittenFile,
  restored: string | undefined,
): void {
  if (restored === undefined || backup === undefined) {
    host.files.remove(path);
    return;
  }
  host.files.writeAtomic(path, restored, mode ?? host.files.stamp(path)?.mode);
  host.files.remove(backup);
}

function hashOfFile(host: Host, path: string): string | undefined {
  return host.files.stamp(path) === undefined ? undefined : hash(host.files.readText(path));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function readNote(host: Host, note: string): readonly WrittenFile[] {
  if (host.files.stamp(note) === undefined) return [];
  try {
    return parseNote(host.files.readText(note));
  } catch (error) {
    throw noteUnreadable(note, error);
  }
}

function noteUnreadable(note: string, cause: unknown): AccessError {
  const isForeign = cause instanceof SyntaxError || cause instanceof TypeError;
  const reason = isForeign ? 'it is not what was written there' : describeFileFault(cause);
  return new AccessError('local-fault', `${note} cannot be read: ${reason}`, {
    fix: 'remove it, and take our settings out by hand: the old files are the .bak beside them',
    cause,
  });
}

function parseNote(text: string): readonly WrittenFile[] {
  const note: { readonly files: readonly WrittenFile[] } = JSON.parse(text);
  if (!Array.isArray(note.files)) throw new TypeError('no list of files');
  return note.files;
}
