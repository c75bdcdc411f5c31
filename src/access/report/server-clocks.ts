/** Says whose clock is wrong, where that of a server and that of this machine differ. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { isVendors } from '../../providers/sites.ts';
import { describeElapsed } from '../wording/when.ts';

export interface ServerClock {
  readonly baseUrl: string;
  /** How far this machine's clock is ahead of it, ms; undefined if it did not say. */
  readonly skewMs: number | undefined;
}

export interface ClockFault {
  readonly what: string;
  readonly fix: Fix;
}

/** Tokens of logins and signed requests are refused when clocks differ by some minutes. */
const worstSkewMs = 2 * 60_000;

const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/;

const fromNetwork: Fix = {
  text: 'set it from the network',
  command: shellLine`sudo timedatectl set-ntp true`,
};

/** Returns the time that an answer's `Date` leaves between the clocks. */
export function readSkew(now: number, date: string | null): number | undefined {
  const skewMs = now - Date.parse(date ?? '');
  return Number.isNaN(skewMs) ? undefined : skewMs;
}

export function isSkewed({ skewMs = 0 }: ServerClock): boolean {
  return Math.abs(skewMs) >= worstSkewMs;
}

/**
 * A vendor's clock is believed, then what other servers say. A server of one's own proves nothing
 * alone, and one on this machine has its clock.
 */
export function judgeClock(
  own: ServerClock,
  others: readonly ServerClock[],
): ClockFault | undefined {
  if (!isSkewed(own)) return undefined;
  const { baseUrl, skewMs = 0 } = own;
  const apart = describeElapsed(Math.round(Math.abs(skewMs) / 60_000) * 60_000);
  const [way, back] = skewMs > 0 ? ['ahead of', 'behind'] : ['behind', 'ahead of'];
  const what = `this machine's clock is ${apart} ${way} that of ${baseUrl}`;
  const witness = isVendorsClock(own) ? own : findWitness(others);
  if (witness === undefined)
    return {
      what: `${what}, or the clock of that server is wrong`,
      fix: { ...fromNetwork, text: 'if it is this one, set it from the network' },
    };
  const isOurs = Math.abs((witness.skewMs ?? 0) - skewMs) < worstSkewMs;
  if (isOurs) return { what, fix: fromNetwork };
  return {
    what: `the clock of ${baseUrl} is ${apart} ${back} that of ${witness.baseUrl}`,
    fix: { text: 'only its operator can set it' },
  };
}

function isVendorsClock({ baseUrl }: ServerClock): boolean {
  return builtinEntries.some((entry) => isVendors(entry, new URL(baseUrl).origin));
}

function findWitness(others: readonly ServerClock[]): ServerClock | undefined {
  const known = others.filter(
    ({ baseUrl, skewMs }) => skewMs !== undefined && !loopback.test(new URL(baseUrl).hostname),
  );
  return known.find(isVendorsClock) ?? known[0];
}
