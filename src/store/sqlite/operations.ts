/** The contract of a store over the state file, each operation one transaction: health, locks, bound ids and records. */

import { isHeld, keptMs, latestOf, recordLimit } from '../policy.ts';
import type { Operations } from './asked.ts';
import { createHealthOperations } from './health-operations.ts';
import * as rows from './rows.ts';
import type { StateFile } from './state-file.ts';

export function createOperations(file: StateFile): Operations {
  return {
    ...createHealthOperations(file),
    ...createLockOperations(file),
    ...createRecordOperations(file),
    close: () => file.close(),
  };
}

function createLockOperations(file: StateFile): Pick<Operations, 'takeLock' | 'holdsLock' | 'releaseLock'> {
  return {
    takeLock: (name, owner, { now, expiresAt }) =>
      file.write((database) => {
        const row = database.get('readLock', [name]);
        const held = row === undefined ? undefined : rows.parseLock(row);
        if (held !== undefined && held.owner !== owner && isHeld(held.expiresAt, now))
          return { isTaken: false, heldBy: held.owner, expiresAt: held.expiresAt };
        const fence = rows.parseNumber(database.get('raiseCounter', ['fence']), 'value');
        database.run('writeLock', [name, owner, fence, expiresAt]);
        return { isTaken: true, lock: { name, owner, fence, expiresAt } };
      }),
    holdsLock: (lock) =>
      file.read((database) => {
        const row = database.get('readLock', [lock.name]);
        return row !== undefined && rows.parseLock(row).fence === lock.fence;
      }) ?? false,
    releaseLock: (lock) => file.write((database) => void database.run('dropLock', [lock.name, lock.fence])),
  };
}

function createRecordOperations(
  file: StateFile,
): Pick<Operations, 'bindIds' | 'findBoundId' | 'appendRecords' | 'readRecords'> {
  return {
    bindIds: (bound) =>
      file.write((database) => {
        for (const row of bound) database.run('writeBoundId', rows.toBoundIdRow(row));
        database.run('dropForgottenBoundIds', [latestOf(bound) - keptMs.boundId]);
      }),
    findBoundId: (id) =>
      file.read((database) => {
        const row = database.get('readBoundId', [id]);
        return row === undefined ? undefined : rows.parseBoundId(row);
      }),
    appendRecords: (records) =>
      file.write((database) => {
        for (const record of records)
          database.run('writeRecord', [record.id, record.at, JSON.stringify(record)]);
        const latest = rows.parseNumber(database.get('readLatestRecord'), 'value');
        database.run('dropForgottenRecords', [latest - keptMs.record]);
        database.run('dropSurplusRecords', [recordLimit]);
      }),
    readRecords: (limit) =>
      file.read((database) =>
        database
          .all('readRecords', [Math.max(0, limit)])
          .map(rows.parseRecord)
          .reverse(),
      ) ?? [],
  };
}
