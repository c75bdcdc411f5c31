/**
 * Limits of a key as bars: what is left, below it the time that is left until it renews, and when
 * it is empty at the pace of late.
 */

import type { VNode } from 'preact';
import { describeClock, describePast, describeWait } from '../../access/wording/when.ts';
import type { LimitWindow } from '../../model/credential.ts';
import { now } from '../gateway.ts';
import { describeShare, describeUntil } from '../words.ts';

export function Limits({ limits }: { readonly limits: readonly LimitWindow[] }): VNode {
  return (
    <>
      {limits.map((limit) => (
        <Limit key={nameLimit(limit)} limit={limit} />
      ))}
    </>
  );
}

const low = 0.2;

function Limit({ limit }: { readonly limit: LimitWindow }): VNode {
  const { share, renewsAt, lengthMs, asOf, emptyAt } = limit;
  const name = nameLimit(limit);
  const restMs = Math.max(0, (renewsAt ?? 0) - now.value);
  const isOver = renewsAt !== undefined && restMs === 0;
  const amount =
    share === undefined ? `unknown, read ${describePast(asOf, now.value)}` : describeShare(share);
  return (
    <div class="limit" data-low={share !== undefined && share < low} data-none={share === 0}>
      <span class="of">{name}</span>
      <svg
        viewBox="0 0 100 9"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${amount} left`}
      >
        <rect class={share === undefined ? 'track unknown' : 'track'} width={100} height={6} />
        {share !== undefined && <rect class="left" width={100 * share} height={6} />}
        {lengthMs !== undefined && !isOver && (
          <rect class="rest" y={7} width={Math.min(100, (100 * restMs) / lengthMs)} height={2} />
        )}
      </svg>
      <span class="amount">{amount}</span>
      <span class="renews">
        {renewsAt !== undefined &&
          !isOver &&
          `${renewWord(limit)} ${describeUntil(renewsAt, now.value)}`}
        {emptyAt !== undefined && (
          <b>{` empty at ${describeClock(emptyAt, now.value)} at this pace`}</b>
        )}
      </span>
    </div>
  );
}

function renewWord({ refills }: LimitWindow): string {
  return refills === true ? 'full' : 'renews';
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
