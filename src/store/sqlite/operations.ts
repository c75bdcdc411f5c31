/** The contract of a store over the state file, each operation one transaction: health, bound ids and records. */

import { keptMs, latestOf, recordLimit } from '../policy.ts';
import type { BoundId } from '../store.ts';
import type { Operations } from './asked.ts';
import { createHealthOperations } from './health-operations.ts';
import * as rows from './rows.ts';
import type { StateFile } from './state-file.ts';

export function createOperations(file: StateFile): Operations {
  return {
    ...createHealthOperations(file),
    ...createRecordOperations(file),
    close: () => file.close(),
  };
}

function createRecordOperations(
  file: StateFile,
): Pick<Operations, 'bindIds' | 'findBoundId' | 'appendRecords' | 'readRecords'> {
  return {
    bindIds: (bound) =>
      file.write((database) => {
        for (const { id, origin, account, at } of bound)
          database.run('writeBoundId', [id, origin, account, at]);
        database.run('dropForgottenBoundIds', [latestOf(bound) - keptMs.boundId]);
      }),
    findBoundId: (id) =>
      file.read((database) => {
        const row = database.get('readBoundId', [id]);
        return row === undefined ? undefined : rows.parseRow<BoundId>(row);
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
