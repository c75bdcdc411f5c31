/**
 * Reports what only records know, one line each: refused keys whose provider has answered since,
 * and callers that leave by a limit of their own. Pure.
 */

import { isHeldBack } from '../../credentials/health/key-state.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { aheadMs, rowOf } from '../../explain/plan/outcomes.ts';
import type { KeyPlan, TargetPlan } from '../../explain/plan/plan.ts';
import { countNoun, describeSpan } from '../../explain/why/wording.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord } from '../../model/record.ts';

/** Only the latest are reported. */
const maxTroubles = 3;

/**
 * Reports lines such as `29 May: 3 × 401 from xiaomi with the key sha256:…; since then 412 answers
 * with another key`. Nothing while the key is still refused: then the key itself is reported.
 */
export function listPastRefusals(records: readonly RequestRecord[]): readonly Trouble[] {
  const attempts = records
    .flatMap((record) => record.attempts)
    .toSorted((one, other) => other.startedAt - one.startedAt);
  const refusals = attempts.filter(({ failure }) => isOfKey(failure?.class));
  const groups = Map.groupBy(
    refusals,
    ({ status, failure, fingerprint, ...one }) =>
      `${status ?? failure?.class} from ${providerOf(one)} with the key ${fingerprint}`,
  );
  const told = [...groups].flatMap(([what, [last, ...older]]) => {
    if (last === undefined) return [];
    const provider = providerOf(last);
    const since = attempts.filter(
      (one) =>
        one.failure === undefined && one.startedAt > last.startedAt && providerOf(one) === provider,
    );
    if (since.length === 0) return [];
    const isSame = since.some(({ fingerprint }) => fingerprint === last.fingerprint);
    const days = new Set([...older.toReversed(), last].map(dayOf)).values();
    const text = `${[...days].join(', ')}: ${older.length + 1} × ${what}; since then ${countNoun(since.length, 'answer')} ${isSame ? 'with it too' : 'with another key'}`;
    const command = shellLine`holdfast auth test ${provider}`;
    const fix = { text: 'if it comes again, see whether the key works', command };
    return createTrouble('resting', text, { fix });
  });
  return told.slice(0, maxTroubles);
}

/** That a key may not use one model says nothing of the key, which its test asks about. */
function isOfKey(cause: FailureClass | undefined): boolean {
  const { heldAgainst, keyTest, mark } = rowOf(cause) ?? {};
  if (heldAgainst === undefined) return false;
  return keyTest === 'refused' || mark?.scope.includes('model') !== true;
}

/** Leaves out failures of what is held back now: its own line tells the refusal. */
export function leaveOutHeld(
  records: readonly RequestRecord[],
  targets: readonly StandingTarget[],
): readonly RequestRecord[] {
  const isHeld = ({ target, fingerprint, failure }: AttemptRecord): boolean => {
    const own = targets.find(({ id }) => failure && id === target);
    const key = own?.keys.find((one) => one.fingerprint === fingerprint);
    return [own?.standing, key].some((one) => one && isHeldBack(one.state));
  };
  return records.map((record) => ({
    ...record,
    attempts: record.attempts.filter((one) => !isHeld(one)),
  }));
}

type StandingState = Pick<TargetPlan['standing'], 'state'>;
type StandingTarget = Pick<TargetPlan, 'id'> & {
  readonly standing: StandingState;
  readonly keys: readonly (StandingState & Pick<KeyPlan, 'fingerprint'>)[];
};

/** This machine's clock has been set back since, or is behind now. */
export function judgeFuture(records: readonly RequestRecord[], now: number): readonly Trouble[] {
  const ahead = records.filter(({ at }) => at >= now + aheadMs);
  const [last] = ahead.map(({ at }) => at).toSorted((one, other) => other - one);
  if (last === undefined) return [];
  const what = `the records have ${countNoun(ahead.length, 'request')} from the future, the last of ${new Date(last).toISOString()}: this machine's clock was ahead then, or is behind now`;
  const text = `it says ${new Date(now).toISOString()}; if that is wrong, set it from the network`;
  const command = shellLine`sudo timedatectl set-ntp true`;
  return [createTrouble('odd', what, { fix: { text, command } })];
}

/** A list that was cut at its limit is complete from its oldest record on. All: from the latest. */
export function keepComplete(
  lists: readonly (readonly RequestRecord[])[],
  limit: number,
): readonly RequestRecord[] {
  const begins = lists
    .filter((list) => list.length >= limit)
    .map((list) => Math.min(...list.map(({ at }) => at)));
  const from = Math.max(Number.NEGATIVE_INFINITY, ...begins);
  return lists.flat().filter(({ at }) => at >= from);
}

/** This many in a row that lasted alike are no person's doing. */
const inARow = 3;
const spread = 0.1;
const recentMs = 60 * 60_000;

/** Nobody failed, so nothing else tells of it. Ends with an answer to the caller. */
export function listDepartures(records: readonly RequestRecord[], now: number): readonly Trouble[] {
  const recent = records.filter(({ at }) => at > now - recentMs).toSorted((a, b) => b.at - a.at);
  return [...Map.groupBy(recent, ({ caller = 'a caller' }) => caller)].flatMap(([who, own]) => {
    const kept = own.findIndex(({ outcome }) => outcome !== 'client-gone');
    const left = kept < 0 ? own : own.slice(0, kept);
    const times = left.map(({ durationMs }) => durationMs);
    const [least, most] = [Math.min(...times), Math.max(...times)];
    if (left.length < inARow || most - least > spread * most || most < 1000) return [];
    const what = `the last ${left.length} requests of ${who} were left by their caller, each after ${describeSpan(most)}: that looks like its own timeout`;
    const text = left.every(({ streamed }) => streamed)
      ? 'raise the timeout of that caller'
      : 'raise the timeout of that caller, or let it ask for a stream';
    return [createTrouble('odd', what, { fix: { text }, exit: 0 })];
  });
}

function providerOf({ target }: Pick<AttemptRecord, 'target'>): string {
  return target.slice(0, target.indexOf('/'));
}

/** Returns the day in this machine's time zone: `29 May`. */
function dayOf({ startedAt }: AttemptRecord): string {
  const [, month = '', day = ''] = new Date(startedAt).toDateString().split(' ');
  return `${Number(day)} ${month}`;
}
