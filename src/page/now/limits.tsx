/**
 * Limits of a key as bars: what is left, below it the time that is left until it renews, and when
 * it is empty at the pace of late.
 */

import type { VNode } from 'preact';
import { describeClock, describePast, describeWait } from '../../access/wording/when.ts';
import type { CredentialState } from '../../explain/snapshot/snapshot.ts';
import type { LimitWindow } from '../../model/credential.ts';
import { now } from '../gateway.ts';
import { Sign } from '../parts.tsx';
import { describeShare, describeUntil } from '../words.ts';
import { findEmptyFirst } from './empty-first.ts';

export function Limits({ limits }: { readonly limits: readonly LimitWindow[] }): VNode {
  return (
    <>
      {limits.map((limit) => (
        <Limit key={nameLimit(limit)} limit={limit} />
      ))}
    </>
  );
}

/** Answers the question of what is empty first, in one line. */
export function EmptyFirst({
  credentials,
}: {
  readonly credentials: readonly CredentialState[];
}): VNode | null {
  const found = findEmptyFirst(credentials);
  if (found === undefined) return null;
  const { credential, limit } = found;
  const { share = 0, emptyAt, renewsAt } = limit;
  const isLow = emptyAt !== undefined || share < low;
  const left = share === 0 ? 'Nothing left:' : 'Least left:';
  return (
    <p class="first">
      <Sign state={isLow ? 'rests' : 'works'} />
      {emptyAt === undefined ? left : 'First to run out:'} <b>{credential.provider}</b>{' '}
      {credential.label}, {nameLimit(limit)},{' '}
      <b data-some={isLow}>
        {emptyAt === undefined
          ? `${describeShare(share)} left`
          : `at ${describeUntil(emptyAt, now.value)}`}
      </b>
      {emptyAt !== undefined && ' at this pace'}
      <small>
        {renewsAt !== undefined &&
          renewsAt > now.value &&
          `, ${renewWord(limit)} ${describeUntil(renewsAt, now.value)}`}
      </small>
    </p>
  );
}

const low = 0.2;
/** An older reading says how old it is. */
const oldMs = 600_000;

function Limit({ limit }: { readonly limit: LimitWindow }): VNode {
  const { share, renewsAt, lengthMs } = limit;
  const name = nameLimit(limit);
  const restMs = (renewsAt ?? 0) - now.value;
  const amount = share === undefined ? 'unknown' : describeShare(share);
  const rest = lengthMs === undefined || restMs <= 0 ? undefined : Math.min(1, restMs / lengthMs);
  const told = `${name}: ${amount} left${rest === undefined ? '' : `, ${describeShare(rest)} of its time left`}`;
  return (
    <div class="limit" data-low={share !== undefined && share < low} data-none={share === 0}>
      <span class="of" title={name}>
        {name}
      </span>
      <svg viewBox="0 0 100 9" preserveAspectRatio="none" role="img" aria-label={told}>
        <rect class={share === undefined ? 'track unknown' : 'track'} width={100} height={6} />
        {share !== undefined && <rect class="left" width={100 * share} height={6} />}
        {rest !== undefined && <rect class="rest" y={7} width={100 * rest} height={2} />}
      </svg>
      <span class="amount">{share === undefined ? amount : `${amount} left`}</span>
      <Renewal limit={limit} />
    </div>
  );
}

/** When it is full or begins anew, when it is empty, and how old all this is. */
function Renewal({ limit }: { readonly limit: LimitWindow }): VNode {
  const { share, renewsAt = 0, emptyAt, asOf } = limit;
  const at = now.value;
  const isOld = share === undefined || at - asOf > oldMs;
  return (
    <span class="renews">
      {renewsAt > at && `${renewWord(limit)} ${describeUntil(renewsAt, at)} `}
      {isOld && `(read ${describePast(asOf, at)})`}
      {emptyAt !== undefined && <b>{`empty at ${describeClock(emptyAt, at)} at this pace`}</b>}
    </span>
  );
}

function renewWord({ refills }: LimitWindow): string {
  return refills === true ? 'full again' : 'renews';
}

const known: ReadonlyMap<number, string> = new Map([
  [60_000, 'minute'],
  [3_600_000, 'hour'],
  [86_400_000, 'day'],
  [604_800_000, 'week'],
]);

/** Returns `5 h plan`, `week plan opus`, `minute requests`. */
function nameLimit({ of, lengthMs, model }: LimitWindow): string {
  const length =
    lengthMs === undefined ? undefined : (known.get(lengthMs) ?? describeWait(lengthMs));
  return [length, of, model].filter((word) => word !== undefined).join(' ');
}
