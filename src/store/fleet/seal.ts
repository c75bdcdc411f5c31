/**
 * Tells a fleet's own entries from all others: whoever can write to the engine and does not have
 * the fleet's key cannot make one. An entry belongs to one log: in another it is not ours.
 */

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface FleetSeal {
  sign(epoch: string, text: string): string;
  /** Returns the text; undefined if none of our keys has signed it for this log. */
  verify(epoch: string, signed: string): string | undefined;
}

/** In characters: 128 bits. */
const macLength = 32;

/** The first key signs; each of them verifies, so that a key can be replaced member by member. */
export function createSeal(keys: readonly [string, ...string[]]): FleetSeal {
  const derived = keys.map((key) =>
    Buffer.from(hkdfSync('sha256', key, '', 'holdfast fleet log', 32)),
  );
  const macsOf = (epoch: string, text: string): readonly string[] =>
    derived.map((key) =>
      createHmac('sha256', key).update(`${epoch}\n${text}`).digest('hex').slice(0, macLength),
    );
  return {
    sign: (epoch, text) => `${macsOf(epoch, text)[0]} ${text}`,
    verify(epoch, signed) {
      const [mac, text] = [signed.slice(0, macLength), signed.slice(macLength + 1)];
      return macsOf(epoch, text).some((own) => isSame(own, mac)) ? text : undefined;
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
