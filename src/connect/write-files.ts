/**
 * Writes a connection and undoes it. Each old file is kept as a backup, and a note of ours names
 * the backups.
 */

import { createHash } from 'node:crypto';
import { AccessError } from '../errors.ts';
import { describeFileFault } from '../host/file-fault.ts';
import type { Host } from '../host.ts';
import { writeConfig } from '../imports/write-config.ts';
import { takeOutSettings } from './apply-settings.ts';
import type { OwnValue } from './own-values.ts';
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
  /** Our values in it. Absent in a note of an older version. */
  readonly values?: readonly OwnValue[];
  /** The command for the key. Absent in a note of an older version. */
  readonly keyCommand?: readonly [string, ...string[]];
}

/** What `undo` did with one file. */
export interface UndoneFile {
  readonly path: string;
  /** True if it is as it was before, to the byte. */
  readonly isRestored: boolean;
  /** Our places that have another value by now, and keep it. */
  readonly left: readonly string[];
  /** Why it was left as it is. Absent: it was not. */
  readonly problem?: string;
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
    const first = earlier.find(({ path }) => path === file.path);
    const old = (first && keepOld(host, first, { file, backup })) ?? describeOld(file, backup);
    const values = joinValues(first?.values, file.values);
    written.push({ ...old, after: hash(file.after), values, keyCommand: file.keyCommand });
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
  const reason = describeFileFault(cause);
  const fix = 'let this user write the file and its folder, or put the settings in by hand';
  return new AccessError('local-fault', `${path} cannot be written: ${reason}`, { cause, fix });
}

/** Describes the previous content of a file that was not ours yet. */
function describeOld(
  { path, before, mode }: PlannedFile,
  backup: string | undefined,
): Omit<WrittenFile, 'after'> {
  if (backup === undefined || before === undefined) return { path };
  const isModeKept = mode === undefined || mode === before.mode;
  return { path, backup, before: hash(before.text), ...(isModeKept ? {} : { mode: before.mode }) };
}

interface Rewritten {
  readonly file: PlannedFile;
  readonly backup: string | undefined;
}

/**
 * Describes the old content of a file that we have written before: what stood there first, or, if
 * somebody has edited it since, what `undo` would have left of it just now.
 */
function keepOld(
  host: Host,
  first: WrittenFile,
  { file: { path, before }, backup }: Rewritten,
): Omit<WrittenFile, 'after'> | undefined {
  const { values, mode } = first;
  if (before === undefined || backup === undefined || values === undefined) return undefined;
  const former = readFormer(host, first);
  const hasFormer = first.backup === undefined || former !== undefined;
  if (first.after === hash(before.text) && hasFormer) {
    host.files.remove(backup);
    return first;
  }
  const { text, isEmpty } = takeOutSettings(before.text, path, { values, former });
  if (isEmpty && first.backup === undefined) {
    host.files.remove(backup);
    return { path };
  }
  host.files.writeAtomic(backup, text, host.files.stamp(backup)?.mode);
  if (former !== undefined && first.backup !== undefined) host.files.remove(first.backup);
  return { path, backup, before: hash(text), ...(mode === undefined ? {} : { mode }) };
}

/** Returns the text from before our first write, if its copy is still what it was. */
function readFormer(host: Host, { backup, before }: WrittenFile): string | undefined {
  if (backup === undefined || hashOfFile(host, backup) !== before) return undefined;
  return host.files.readText(backup);
}

/** A file that was written twice has the values of both. */
function joinValues(
  earlier: readonly OwnValue[] = [],
  fresh: readonly OwnValue[],
): readonly OwnValue[] {
  const placeOf = ({ path, item }: OwnValue): string => JSON.stringify([path, item]);
  const places = new Set(fresh.map(placeOf));
  return [...earlier.filter((value) => !places.has(placeOf(value))), ...fresh];
}

/**
 * Takes a connection back. A file that nobody has changed since gets its bytes from before; from
 * another, our values are taken out one by one. Returns nothing if nothing was written. Throws for
 * a note that cannot be read.
 */
export function undo(host: Host, note: string): readonly UndoneFile[] {
  const files = readNote(host, note);
  if (files.length === 0) return [];
  const undone = files.map((file) => undoFile(host, file));
  host.files.remove(note);
  return undone;
}

function undoFile(host: Host, file: WrittenFile): UndoneFile {
  const { path, backup, after } = file;
  try {
    if (host.files.stamp(path) === undefined) return { path, isRestored: false, left: [] };
    const former = readFormer(host, file);
    if (hashOfFile(host, path) === after && (backup === undefined || former !== undefined)) {
      putBack(host, file, former);
      return { path, isRestored: true, left: [] };
    }
    return takeOut(host, file, former);
  } catch (error) {
    const reason = error instanceof Error && !('syscall' in error) ? error.message : undefined;
    const copy = backup === undefined ? '' : `: compare it with ${backup}`;
    const problem = `${reason ?? describeFileFault(error)}; take our settings out by hand${copy}`;
    return { path, isRestored: false, left: [], problem };
  }
}

/** The copy stays if a value of ours was left: a person may want to compare. */
function takeOut(host: Host, file: WrittenFile, former: string | undefined): UndoneFile {
  const { path, backup, values } = file;
  if (values === undefined) throw new Error('it has changed since');
  const { text, left, isEmpty } = takeOutSettings(host.files.readText(path), path, {
    values,
    former,
  });
  if (isEmpty && backup === undefined) host.files.remove(path);
  else host.files.writeAtomic(path, text, file.mode ?? host.files.stamp(path)?.mode);
  if (former !== undefined && backup !== undefined && left.length === 0) host.files.remove(backup);
  return { path, isRestored: false, left };
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

/** Throws for a note that cannot be read. */
export function readNote(host: Pick<Host, 'files'>, note: string): readonly WrittenFile[] {
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
