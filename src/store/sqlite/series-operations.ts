/** The operations of series over the state file, each one transaction. */

import type { SeriesRow } from '../../model/series.ts';
import {
  addSeries,
  keptSeries,
  otherSeries,
  type SeriesName,
  seriesLimit,
  steps,
} from '../series.ts';
import type { Operations } from './asked.ts';
import * as rows from './rows.ts';
import type { StateDatabase, StateFile } from './state-file.ts';

export type SeriesOperations = Pick<Operations, 'addSeries' | 'readSeries'>;

export function createSeriesOperations(file: StateFile): SeriesOperations {
  return {
    addSeries: (given) =>
      file.write((database) => {
        for (const row of given) addOne(database, row);
        for (const step of steps) {
          const kept = keptSeries(given, step);
          if (kept) database.run('dropForgottenSeries', [step, kept.after, kept.until]);
        }
      }),
    readSeries: ({ step, since, until }) =>
      file.read((database) => {
        const span = [since ?? Number.NEGATIVE_INFINITY, until ?? Number.POSITIVE_INFINITY];
        return database.all('readSeries', [step, ...span]).map(rows.parseSeriesRow);
      }) ?? [],
  };
}

function addOne(database: StateDatabase, row: SeriesRow): void {
  const find = ({ caller, target }: SeriesName): SeriesRow | undefined => {
    const found = database.get('readOneSeries', [row.step, row.at, caller, target]);
    return found && rows.parseSeriesRow(found);
  };
  const known = find(row);
  const { caller, target } = otherSeries;
  const count = database.get('countSeries', [row.step, row.at, caller, target]);
  const isFull = rows.parseColumnNumber(count, 'value') >= seriesLimit;
  const sum =
    known !== undefined || !isFull
      ? addSeries(row, known)
      : addSeries({ ...row, ...otherSeries }, find(otherSeries));
  database.run('writeSeries', rows.toSeriesRow(sum));
}
