/**
 * The bodies of a store's operations over the state file, each one transaction: health, bound ids,
 * records and usage.
 */

import type { RequestRecord } from '../../model/record.ts';
import type { SpendingRow } from '../../model/spending.ts';
import type { UsageRow } from '../../model/usage.ts';
import {
  changeSpending,
  isFromAhead,
  keptMs,
  latestTime,
  recordLimit,
  setBackTo,
  spendingLimit,
} from '../policy.ts';
import { daysOf, forgottenDay, isAskedFor } from '../queries.ts';
import type { Replica } from '../replica.ts';
import type { RecordQuery, SealedRow } from '../store.ts';
import type { Operations } from './asked.ts';
import { createHealthOperations, type HealthOperations } from './health-operations.ts';
import { createReplicaOperations } from './replica-operations.ts';
import * as rows from './rows.ts';
import { createSeriesOperations, type SeriesOperations } from './series-operations.ts';
import type { StateDatabase, StateFile } from './state-file.ts';

export function createOperations(file: StateFile): Operations {
  const alone = {
    ...createHealthOperations(file),
    ...createRecordOperations(file),
    ...createSeriesOperations(file),
    close: () => file.close(),
  };
  return { ...alone, ...createReplicaOperations(file, alone) };
}

function createRecordOperations(
  file: StateFile,
): Omit<Operations, keyof HealthOperations | keyof SeriesOperations | keyof Replica | 'close'> {
  return {
    putSealed: ({ name, version, box }) =>
      file.writeHealth((database) =>
        database.get('writeSealed', [name, version, box]) === undefined ? 'older' : 'kept',
      ),
    readSealed: () =>
      file.read((database) => database.all('readSealed').map(rows.parseRow<SealedRow>)) ?? [],
    bindIds: (bound) =>
      file.write((database) => {
        for (const row of bound) database.run('writeBoundId', rows.toBoundIdRow(row));
        const latest = latestTime(bound);
        const ends = [latest - keptMs.lastingId, latest - keptMs.boundId];
        database.run('dropForgottenBoundIds', ends);
      }),
    findBoundId: (id) =>
      file.read((database) => {
        const row = database.get('readBoundId', [id]);
        return row === undefined ? undefined : rows.parseBoundId(row);
      }),
    takeBoundId: (id) =>
      file.write((database) => {
        const row = database.get('takeBoundId', [id]);
        return row === undefined ? undefined : rows.parseBoundId(row);
      }),
    appendRecords: (records, maxAgeMs = keptMs.record) =>
      file.write((database) => {
        const [begunAt, after] = setBackTo(records);
        const newest = database.get('readLatestRecord')?.['value'];
        if (isFromAhead(begunAt, Number(newest ?? begunAt)))
          database.run('restoreRecords', [after]);
        for (const record of records) database.run('writeRecord', rows.toRecordRow(record));
        if (records.length > 0) database.run('moveAheadRecords', [begunAt, after]);
        const latest = rows.parseColumnNumber(database.get('readLatestRecord'), 'value');
        database.run('dropForgottenRecords', [latest - maxAgeMs]);
        for (const isPlain of [0, 1]) database.run('dropSurplusRecords', [isPlain, recordLimit]);
      }),
    findRecords: (query) => file.read((database) => findRecords(database, query)) ?? [],
    addUsage: (used) =>
      file.write((database) => {
        for (const row of used) database.run('addUsage', rows.toUsageRow(row));
        const latest = database.get('readLatestUsage')?.['value'];
        if (typeof latest === 'string') database.run('dropForgottenUsage', [forgottenDay(latest)]);
      }),
    readUsage: (query) =>
      file.read((database) =>
        database
          .all('readUsage', [...daysOf(query), query.caller ?? null, query.task ?? null])
          .map(rows.parseRow<UsageRow>),
      ) ?? [],
    addSpending: (changes) =>
      file.write((database) => {
        const sums = changeSpending(changes, ({ budget, since, usd, tokens, requests }) =>
          rows.parseRow<SpendingRow>(
            database.get('addSpending', [budget, since, usd, tokens, requests]) ?? {},
          ),
        );
        for (const { budget, since } of changes)
          database.run('dropSurplusSpending', [budget, since, spendingLimit - 1]);
        return sums;
      }),
    readSpending: () =>
      file.read((database) => database.all('readSpending').map(rows.parseRow<SpendingRow>)) ?? [],
  };
}

/** A query with an id looks the record up by it; the rest of the query must match too. */
function findRecords(database: StateDatabase, query: RecordQuery) {
  const { id, limit, since, endedSince, endedUntil, until = endedUntil } = query;
  if (limit <= 0) return [];
  if (id !== undefined)
    return database
      .all('findRecord', [id])
      .map(rows.parseBody<RequestRecord>)
      .filter((record) => isAskedFor(record, query));
  const span = [since ?? Number.NEGATIVE_INFINITY, until ?? Number.POSITIVE_INFINITY];
  const { kind, task, caller, session, agent, target } = query;
  const asked = [kind, task, caller, session, agent, target, endedSince, endedUntil];
  return database
    .all('findRecords', [...span, ...asked.map((one) => one ?? null), limit])
    .map(rows.parseBody<RequestRecord>);
}
