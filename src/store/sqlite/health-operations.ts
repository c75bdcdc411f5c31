/**
 * Health in the state file: marks, proven secrets and probes. Each operation compares and sets rows
 * in one transaction.
 */

import type { LimitReading } from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import {
  checkMark,
  farAheadMs,
  forgottenMarksLimit,
  isForbidden,
  isInside,
  isLeaseHeld,
  isMarkOpen,
  isOpenedAfter,
  keptMs,
  latestTime,
  limitsLimit,
  marksLeft,
  marksLimit,
  movedLimit,
  probeLife,
  tombstoneLife,
  windowLimitMs,
} from '../policy.ts';
import type { HealthSnapshot, MovedConversation, ReadMark } from '../store.ts';
import type { Operations, ParametersOf } from './asked.ts';
import * as rows from './rows.ts';
import type { StateDatabase, StateFile } from './state-file.ts';

type Name =
  | 'readHealth'
  | 'pollHealth'
  | 'openMark'
  | 'closeMarks'
  | 'resetMarks'
  | 'putProven'
  | 'putMoved'
  | 'putLimits'
  | 'claimProbes'
  | 'releaseProbes';

const nothingStored: HealthSnapshot = {
  marks: [],
  proven: [],
  tombstones: [],
  moved: [],
  limits: [],
};

/** The owner of a mark's probe, and its expiry. */
interface Probe {
  readonly owner: string;
  readonly expiresAt: number;
}

export type HealthOperations = Pick<Operations, Name>;

export function createHealthOperations(file: StateFile): HealthOperations {
  return {
    readHealth: () => file.read(readHealth) ?? nothingStored,
    pollHealth: () => file.readForeignChange(readHealth, nothingStored),
    openMark: (mark, at) => file.writeHealth((database) => openMark(database, mark, at)),
    closeMarks: (keys, leasedAt) =>
      file.writeHealth((database) => keys.filter((key) => closeMark(database, key, leasedAt))),
    resetMarks: (...reset) => file.writeHealth((database) => resetMarks(database, reset)),
    putProven: (proven) =>
      file.writeHealth((database) => {
        for (const { site, model = rows.anyModel, fingerprint, at } of proven)
          database.run('writeProven', [site, model, fingerprint, at]);
        database.run('dropForgottenProven', [latestTime(proven) - keptMs.proven]);
      }),
    putMoved: (moved, now) =>
      file.writeHealth((database) => {
        for (const { conversation, credential, until } of moved)
          database.run('writeMoved', [conversation, credential, until]);
        database.run('dropEndedMoved', [now]);
        database.run('dropSurplusMoved', [movedLimit]);
      }),
    putLimits: (readings, now) =>
      file.writeHealth((database) => {
        for (const reading of readings)
          database.run('writeLimit', [...rows.toLimitRow(reading), now]);
        database.run('dropEndedLimits', [now]);
        database.run('dropSurplusLimits', [limitsLimit]);
      }),
    // A claim is no part of what `readHealth` returns: nobody has to read health again for it.
    claimProbes: (marks, owner, lease) =>
      file.write((database) => claimProbes(database, marks, { owner, ...lease })),
    releaseProbes: (keys, owner) =>
      file.write((database) => {
        for (const key of keys) database.run('dropProbeOf', [key, owner]);
      }),
  };
}

function readHealth(database: StateDatabase): HealthSnapshot {
  return {
    marks: database.all('readMarks').map(rows.parseMark),
    proven: database.all('readProven').map(rows.parseProven),
    tombstones: database.all('readTombstones').map(rows.parseTombstone),
    moved: database.all('readMoved').map(rows.parseRow<MovedConversation>),
    limits: database.all('readLimits').map(rows.parseBody<LimitReading>),
  };
}

function openMark(
  database: StateDatabase,
  mark: Mark,
  at: { readonly leasedAt: number; readonly now: number },
): Mark | undefined {
  checkMark(mark);
  const tombstones = database.all('readTombstones').map(rows.parseTombstone);
  if (isForbidden(mark.scope, tombstones, at)) return undefined;
  const present = readMark(database, mark.key);
  if (present !== undefined && isMarkOpen(present, at.now)) return present;
  database.run('dropProbe', [mark.key]);
  database.run('writeMark', rows.toMarkRow(mark));
  for (const row of database.all('readForgottenMarks', [at.now - keptMs.mark, forgottenMarksLimit]))
    dropMark(database, rows.parseRow<Pick<Mark, 'key'>>(row).key);
  dropSurplus(database, mark.key, at.now);
  return mark;
}

/** Follows the same rule as `listSurplus`. */
function dropSurplus(database: StateDatabase, written: string, now: number): void {
  const [count] = database.all('countMarks').map(rows.parseRow<{ readonly value: number }>);
  if (count === undefined || count.value <= marksLimit) return;
  const asked = [written, now + farAheadMs, windowLimitMs, marksLeft - 1];
  for (const row of database.all('readSurplusMarks', asked))
    dropMark(database, rows.parseRow<Pick<Mark, 'key'>>(row).key);
}

function closeMark(database: StateDatabase, key: string, leasedAt: number): boolean {
  const mark = readMark(database, key);
  if (mark !== undefined && isOpenedAfter(mark.since, leasedAt)) return false;
  dropMark(database, key);
  return mark !== undefined;
}

function resetMarks(
  database: StateDatabase,
  [pattern, now, isLate = false]: ParametersOf<'resetMarks'>,
): readonly Mark[] {
  const marks = database.all('readMarks').map(rows.parseMark);
  const cleared = marks.filter(
    ({ scope, since }) => isInside(scope, pattern) && !(isLate && isOpenedAfter(since, now)),
  );
  for (const { key } of cleared) dropMark(database, key);
  const { after, before } = tombstoneLife(now);
  database.run('dropTombstonesOutside', [after, before]);
  database.run('writeTombstone', rows.toTombstoneRow({ scope: pattern, at: now }));
  return cleared;
}

function claimProbes(
  database: StateDatabase,
  marks: readonly ReadMark[],
  claim: { readonly owner: string; readonly now: number; readonly expiresAt: number },
): boolean {
  const { owner, now, expiresAt } = claim;
  const isTaken = marks.some(({ key, since }) => {
    const row = database.get('readProbe', [key]);
    const held = row === undefined ? undefined : rows.parseRow<Probe>(row);
    if (held !== undefined && held.owner !== owner && isLeaseHeld(held.expiresAt, now)) return true;
    return (readMark(database, key)?.since ?? since) !== since;
  });
  if (isTaken) return false;
  const { after, until } = probeLife(now);
  database.run('dropProbesOutside', [after, until]);
  for (const { key } of marks) database.run('writeProbe', [key, owner, expiresAt]);
  return true;
}

function readMark(database: StateDatabase, key: string): Mark | undefined {
  const row = database.get('readMark', [key]);
  return row === undefined ? undefined : rows.parseMark(row);
}

function dropMark(database: StateDatabase, key: string): void {
  database.run('dropMark', [key]);
  database.run('dropProbe', [key]);
}
