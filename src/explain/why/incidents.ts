/** Groups requests for a list: a client's repeats of one prompt are one incident. Pure. */

import { describeClock } from '../../access/wording/when.ts';
import type { RequestRecord } from '../../model/record.ts';
import { listSteps } from './steps.ts';
import { describeWhatFailed } from './verdict.ts';
import { alignColumns, countNoun, describeSpan } from './wording.ts';

/** A client that sends the same prompt again within this time repeats it, ms. */
const repeatedWithinMs = 10 * 60_000;

/** A request and its repeats, which have the same caller, model and prompt. Newest first. */
export interface Incident {
  readonly requests: readonly RequestRecord[];
}

/**
 * `records` and the incidents are newest first; an incident has the position of its newest request.
 */
export function foldIncidents(records: readonly RequestRecord[]): readonly Incident[] {
  const folded: { requests: RequestRecord[] }[] = [];
  for (const record of records) {
    const one = folded.find(({ requests }) => isRepeated(record, requests[0]));
    if (one === undefined) folded.push({ requests: [record] });
    else one.requests.push(record);
  }
  return folded;
}

/**
 * Whether a later request repeats this one. Only failed or rescued requests have a digest of their
 * prompt.
 */
export function isRepeated(record: RequestRecord, later: RequestRecord | undefined): boolean {
  if (later === undefined || record.promptDigest === undefined) return false;
  const isSame = (['promptDigest', 'caller', 'model'] as const).every(
    (fact) => record[fact] === later[fact],
  );
  return isSame && Math.abs(later.at - record.at) <= repeatedWithinMs;
}

/**
 * Returns one line per incident: when, for whom, the result with its cause, and the id for more.
 */
export function describeIncidents(incidents: readonly Incident[], now: number): string {
  const rows = incidents.flatMap(({ requests }) => {
    const [newest] = requests;
    if (newest === undefined) return [];
    const { at, task, model, caller = '' } = newest;
    const asked = task === 'pinned' || model === task ? model : `${task} (${model})`;
    return [[describeClock(at, now), newest.id, asked, caller, describeIncident(newest, requests)]];
  });
  return alignColumns(rows)
    .map((row) => `${row}\n`)
    .join('');
}

/** With fewer incidents, each has its own line. */
const maxIncidents = 12;

/**
 * Groups many incidents by what became of them: how many, the first and the last time, and the id
 * of the last as an example.
 */
export function describeCauses(incidents: readonly Incident[], now: number): string {
  if (incidents.length <= maxIncidents) return describeIncidents(incidents, now);
  const all = incidents.flatMap(({ requests }) => requests);
  const groups = [...Map.groupBy(all, (record) => `${record.task}\0${describeCause(record)}`)];
  const rows = groups.slice(0, maxIncidents).flatMap(([, [newest, ...older]]) => {
    if (newest === undefined) return [];
    const first = older.at(-1) ?? newest;
    const when = `${describeClock(first.at, now)} to ${describeClock(newest.at, now)}`;
    return [[`${older.length + 1} ×`, newest.task, describeCause(newest), when, newest.id]];
  });
  const more = groups.length - rows.length;
  const rest = [...(more > 0 ? [`and ${countNoun(more, 'more cause')}`] : []), 'each request: -v'];
  return [...alignColumns(rows), ...rest].map((row) => `${row}\n`).join('');
}

function describeIncident(newest: RequestRecord, requests: readonly RequestRecord[]): string {
  if (requests.length === 1) return describeRequest(newest);
  const oldest = requests.at(-1) ?? newest;
  const span = describeSpan(newest.at + newest.durationMs - oldest.at);
  return `${countNoun(requests.length, 'request')} for one prompt in ${span}, the last: ${describeRequest(newest)}`;
}

const ends: Readonly<Record<RequestRecord['outcome'], string>> = {
  answered: 'answered',
  broken: 'broke off',
  failed: 'not answered',
  'client-gone': 'left by its caller',
};

/** Returns `answered by spare/n after 2.1 s; acme/m was at its rate limit`. */
function describeRequest(record: RequestRecord): string {
  return describeCause(record, ` after ${describeSpan(record.durationMs)}`);
}

function describeCause(record: RequestRecord, after = ''): string {
  const { outcome, answeredBy } = record;
  const by = outcome === 'answered' && answeredBy !== undefined ? ` by ${answeredBy}` : '';
  const failed = describeWhatFailed(record, listSteps(record));
  return `${ends[outcome]}${by}${after}${failed === '' ? '' : `; ${failed}`}`;
}
