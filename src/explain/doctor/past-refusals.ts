/**
 * Looks in the records for refused keys and for later successes. A problem that is over is reported
 * in one line. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { RequestRecord } from '../../model/record.ts';
import { countNoun } from '../why/wording.ts';
import { createTrouble, type Trouble } from './troubles.ts';

interface RefusedKey {
  readonly at: number;
  readonly provider: string;
  readonly fingerprint: string;
  readonly status: string;
}

/** Only the latest are reported. */
const maxTroubles = 3;

/**
 * Reports lines such as `29 May: 3 × 401 from xiaomi with the key sha256:…; since then 412 answers
 * with another key`.
 */
export function listPastRefusals(records: readonly RequestRecord[]): readonly Trouble[] {
  const refusals = records.flatMap(listRefusals);
  const groups = Map.groupBy(
    refusals,
    ({ provider, fingerprint, status }) => `${provider} ${fingerprint} ${status}`,
  );
  return [...groups.values()]
    .toSorted((one, other) => lastOf(other) - lastOf(one))
    .flatMap((group) => describeGroup(group, records))
    .slice(0, maxTroubles);
}

/** Returns the refusals of keys and of billing. */
function listRefusals({ attempts }: RequestRecord): readonly RefusedKey[] {
  return attempts.flatMap(({ target, fingerprint, failure, status, startedAt: at }) => {
    if (failure === undefined || rowOfClass(failure.class).accuses === undefined) return [];
    return [
      {
        at,
        provider: providerOfTarget(target),
        fingerprint,
        status: String(status ?? failure.class),
      },
    ];
  });
}

function providerOfTarget(target: string): string {
  return target.slice(0, target.indexOf('/'));
}

function lastOf(refusals: readonly RefusedKey[]): number {
  return Math.max(...refusals.map(({ at }) => at));
}

/** Returns nothing while the key is still refused, since the key itself is then reported. */
function describeGroup(
  group: readonly RefusedKey[],
  records: readonly RequestRecord[],
): readonly Trouble[] {
  const [first] = group;
  if (first === undefined) return [];
  const { provider, fingerprint, status } = first;
  const since = listAnswers(records, provider, lastOf(group));
  if (since.length === 0) return [];
  const by = since.includes(fingerprint) ? 'with it too' : 'with another key';
  const days = [...new Set(group.map(({ at }) => describeDay(at)))].join(', ');
  const what = `${days}: ${group.length} × ${status} from ${provider} with the key ${fingerprint}; since then ${countNoun(since.length, 'answer')} ${by}`;
  const command = shellLine`holdfast auth test ${provider}`;
  const fix = { text: 'if it comes again, see whether the key works', command };
  return [createTrouble('resting', what, { fix })];
}

/** Returns the fingerprint of the key of each later answer. */
function listAnswers(
  records: readonly RequestRecord[],
  provider: string,
  after: number,
): readonly string[] {
  return records.flatMap(({ attempts }) =>
    attempts
      .filter(
        (one) =>
          one.failure === undefined &&
          one.startedAt > after &&
          providerOfTarget(one.target) === provider,
      )
      .map(({ fingerprint }) => fingerprint),
  );
}

/** Returns the day in this machine's time zone: `29 May`. */
function describeDay(at: number): string {
  const [, month = '', day = ''] = new Date(at).toDateString().split(' ');
  return `${Number(day)} ${month}`;
}
