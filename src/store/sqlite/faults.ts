/** Turns errors of SQLite and the file system into `StoreError`s. */

import { basename, dirname } from 'node:path';
import { StoreError, type StoreFault } from '../../errors.ts';
import { describeFileFault, fixFileFault } from '../../host/file-fault.ts';
import { findLockHolder } from '../../host/find-lock.ts';
import { explainStop } from '../../host/process-state.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Files } from '../../host.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
import type { TableLayout } from './layout.ts';

/** Names the file in messages. */
export interface FaultPlace {
  readonly files: Pick<Files, 'findFileFault' | 'findWriteFault'>;
  readonly path: string;
  readonly layout: Pick<TableLayout<string>, 'called' | 'loses'>;
}

/** Maps primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const faultByCode: Readonly<Record<number, StoreFault>> = {
  1: 'store-corrupt', // ERROR: our SQL is fixed, so these are not our tables
  3: 'store-unreadable', // PERM
  5: 'store-busy', // BUSY
  6: 'store-busy', // LOCKED
  8: 'store-unreadable', // READONLY
  11: 'store-corrupt', // CORRUPT
  14: 'store-unreadable', // CANTOPEN
  15: 'store-busy', // PROTOCOL: many processes opened the write-ahead log at one time
  23: 'store-unreadable', // AUTH
  26: 'store-corrupt', // NOTADB
};

const fixes: Readonly<Record<StoreFault, (place: FaultPlace) => Fix>> = {
  // the gateway has it open too, and goes on
  'store-busy': ({ path }) => ({
    text: 'see which program has it open, and end that one alone',
    command: shellLine`fuser -v ${path}`,
  }),
  'store-corrupt': ({ path, layout }) => ({
    text: `put a good copy back, or move it away with its -wal and -shm files (you lose ${layout.loses}) and start again`,
    command: moveAway(path),
  }),
  'store-unreadable': ({ path }) => fixFileFault(undefined, path),
  'store-newer': () => ({
    text: 'update holdfast, or set HOLDFAST_HOME to another folder, with a copy of the configuration in it',
  }),
  'store-failed': () => ({
    text: 'look for a full or failing disk, or a limit on the size of files (ulimit -f)',
  }),
};

/** Moves all three files with one shell line. */
function moveAway(path: string): ShellLine {
  const folder = `${path.slice(0, path.lastIndexOf('/'))}/damaged`;
  return shellLine`mkdir -p ${folder}; mv ${path}* ${folder}/`;
}

export function createStoreError(code: StoreFault, place: FaultPlace, detail: unknown): StoreError {
  const locked = code === 'store-busy' ? findLock(place, detail) : undefined;
  if (locked !== undefined) return locked;
  const said = detail instanceof Error ? detail.message : String(detail);
  return createError(code, place, { said, fix: fixes[code](place), cause: detail });
}

/** Undefined if no other program is seen that has locked it. */
export function findLock(place: FaultPlace, cause?: unknown): StoreError | undefined {
  const holder = findLockHolder(place.path);
  if (holder === undefined) return undefined;
  const { pid, program } = holder;
  const stop = explainStop(pid);
  const fix = stop?.fix ?? { text: 'end that program', command: shellLine`kill ${pid}` };
  const said = `it is locked by ${program} (pid ${pid})${stop ? `, which ${stop.what}` : ''}`;
  return createError('store-busy', place, { said, fix, cause });
}

interface Explained {
  readonly said: string;
  readonly fix: Fix;
  readonly cause: unknown;
}

function createError(
  code: StoreFault,
  place: FaultPlace,
  { said, ...more }: Explained,
): StoreError {
  return new StoreError(code, `${place.layout.called} ${place.path}: ${said}`, more);
}

/** Names SQLite's errors; returns any other error (a mistake of ours) unchanged. */
export function toStoreFault(error: unknown, place: FaultPlace): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return error;
  const code = faultByCode[error.errcode & 0xff] ?? 'store-failed';
  return code === 'store-unreadable'
    ? createUnreadable(place, error)
    : createStoreError(code, place, error);
}

/**
 * A fault while opening means that the file cannot be used, unless it is damaged or only locked.
 */
export function nameOpeningFault(error: unknown, place: FaultPlace): unknown {
  const named = toStoreFault(error, place);
  if (!(named instanceof StoreError)) return createUnreadable(place, error);
  if (named.code !== 'store-failed') return named;
  const cause = named.cause ?? named;
  return createError('store-unreadable', place, {
    said: cause instanceof Error ? cause.message : String(cause),
    fix: fixes[named.code](place),
    cause,
  });
}

/** SQLite does not say why; a look at its three files does, and at their folder. */
function createUnreadable(place: FaultPlace, error: unknown): StoreError {
  const { files, path } = place;
  const three = [path, `${path}-wal`, `${path}-shm`];
  const [shut = path, ...beside] = three.filter((one) => files.findFileFault(one) !== undefined);
  const found = files.findFileFault(shut) ?? files.findWriteFault(dirname(path)) ?? error;
  const why = describeFileFault(found);
  return createError('store-unreadable', place, {
    said: shut === path ? why : `${basename(shut)} beside it: ${why}`,
    fix: fixFileFault(found, shut, beside),
    cause: error,
  });
}
