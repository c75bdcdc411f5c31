/**
 * Records of requests, wherever they were served: here, or at another member of the fleet. The
 * admin API reads them, and commands where no gateway runs.
 */

import { asError, RequestError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { RequestContent, RequestRecord } from '../../model/record.ts';
import { describeMissing } from '../../store/fleet/describe-fleet.ts';
import type { Fleet } from '../../store/fleet/open-fleet.ts';
import type { RecordQuery, Store } from '../../store/store.ts';
import type { RecordsAnswer } from './answers.ts';

export interface RecordPlaces {
  readonly clock: Host['clock'];
  readonly own: Pick<Store, 'findRecords'>;
  readonly content: (id: string) => Promise<RequestContent | undefined>;
  readonly fleet: Pick<Fleet, 'find' | 'findKept'> | undefined;
  /** Names where this looked, for people. */
  readonly where: string;
}

/** With its content, where that is kept. Rejects with a 404 that says why there is none. */
export async function findRecord(places: RecordPlaces, query: RecordQuery): Promise<RequestRecord> {
  const { clock, own, content, fleet, where } = places;
  const { id = '' } = query;
  const [record] = await own.findRecords(query);
  if (record !== undefined) return { ...record, content: await content(id) };
  const found = await fleet?.find(id);
  if (found?.kind === 'found') return found.record;
  const why = found && describeMissing(found, clock.now());
  const what = `no request ${id} is recorded in ${where}`;
  throw new RequestError('request-invalid', why === undefined ? what : `${what}; ${why}`, {
    status: 404,
    fix: 'look at the id (x-holdfast-request-id), or at holdfast why --since 1d; where another gateway has answered, name it with --gateway URL',
  });
}

/** The newest first. Failed and rescued ones are those of all members. */
export async function findRecords(
  { own, fleet }: Pick<RecordPlaces, 'own' | 'fleet'>,
  query: RecordQuery,
): Promise<RecordsAnswer> {
  const ours = await own.findRecords(query);
  if (fleet === undefined || !['failed', 'rescued'].includes(query.kind ?? ''))
    return { records: ours };
  try {
    const ids = new Set(ours.map(({ id }) => id));
    const others = (await fleet.findKept(query)).filter(({ id }) => !ids.has(id));
    const all = [...ours, ...others].toSorted((one, other) => other.at - one.at);
    return { records: all.slice(0, query.limit) };
  } catch (error) {
    return { records: ours, alone: asError(error).message };
  }
}
