/** History in the admin API: records, usage sums, and log lines. */

import { RequestError } from '../../errors.ts';
import { readLog } from '../../logs/read-log.ts';
import type { RequestRecord } from '../../model/record.ts';
import { seriesBoundsMs } from '../../model/series.ts';
import { foldSeries, joinSteps, startOf, widen } from '../../store/series.ts';
import type { LogsAnswer, RecordsAnswer, SeriesAnswer, UsageAnswer } from './answers.ts';
import { findRecord, findRecords } from './find-record.ts';
import { parseQuery, queries } from './queries.ts';
import type { AdminAsking, AdminContext } from './scene.ts';

export async function answerRecords(
  { runtime }: AdminContext,
  { query, rest, own }: AdminAsking,
): Promise<RecordsAnswer | RequestRecord> {
  const fleet = own === undefined ? runtime.fleet() : undefined;
  const places = {
    clock: runtime.host.clock,
    own: runtime.history,
    content: (id: string) => runtime.contents.find(id),
    fleet,
    where: 'this gateway',
  };
  if (rest !== '') return findRecord(places, { id: rest, limit: 1, caller: own });
  return findRecords(places, restrict(parseQuery(queries.records, query), own));
}

export async function answerUsage(
  { runtime }: AdminContext,
  { query, own }: AdminAsking,
): Promise<UsageAnswer> {
  return {
    usage: await runtime.history.readUsage(restrict(parseQuery(queries.usage, query), own)),
  };
}

export async function answerSeries(
  { runtime }: AdminContext,
  { query, own }: AdminAsking,
): Promise<SeriesAnswer> {
  const { caller, per, ...asked } = restrict(parseQuery(queries.series, query), own);
  const rows = await runtime.history.readSeries(asked);
  const now = startOf(runtime.host.clock.now(), asked.step);
  const present = (asked.until ?? now + 1) > now ? [now] : [];
  const found = rows.filter((row) => row.asked > 0 && row.caller === (caller ?? row.caller));
  return {
    boundsMs: seriesBoundsMs,
    ran: joinSteps([...rows.map(({ at }) => at), ...present], asked.step),
    rows: foldSeries(found.map((row) => widen(row, per))),
  };
}

/** Throws a 403 if the query asks for another caller's data. */
function restrict<Query extends { readonly caller?: string | undefined }>(
  query: Query,
  own: string | undefined,
): Query {
  if (own === undefined) return query;
  if (query.caller === undefined || query.caller === own) return { ...query, caller: own };
  throw new RequestError(
    'key-not-allowed',
    `the gateway key ${own} may read its own records only`,
    {
      status: 403,
      fix: 'leave out caller, or use a key of scope admin',
    },
  );
}

/** Characters; streams wait meanwhile. */
const mostRead = 16 * 1024 * 1024;

/** Empty if the log goes to a terminal. */
export function readLogs({ runtime }: AdminContext, { query }: AdminAsking): LogsAnswer {
  const folder = runtime.config().log.folder ?? runtime.paths.logFolder;
  const asked = { ...parseQuery(queries.logs, query), mostRead };
  return { lines: readLog(runtime.host, folder, asked) };
}
