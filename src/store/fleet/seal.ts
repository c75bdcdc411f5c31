/**
 * Tells a fleet's own entries from all others: whoever can write to the engine and does not have
 * the fleet's key cannot make one. An entry belongs to one log: in another it is not ours. What
 * nobody else may read either goes into a box.
 */

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { openText, sealText } from '../../host/sealed-text.ts';
import type { Host } from '../../host.ts';

/** The keys of a fleet, the newest first. */
export type FleetKeys = readonly [string, ...string[]];

export interface FleetSeal {
  /** There is a key from before, too. */
  readonly isReplacing: boolean;
  sign(epoch: string, text: string): string;
  /** Returns the text; undefined if none of our keys has signed it for this log. */
  verify(epoch: string, signed: string): string | undefined;
}

/** In characters: 128 bits. */
const macLength = 32;

/** A key, and the one before it. */
const mostMacs = 2;

/**
 * Each key signs, and one that fits is enough: while a key is replaced, member by member, those
 * with the old one, the new one and both understand each other.
 */
export function createSeal(keys: FleetKeys): FleetSeal {
  const derived = keys.map((key) => deriveKey(key, 'holdfast fleet log'));
  const macsOf = (epoch: string, text: string): readonly string[] =>
    derived.map((key) =>
      createHmac('sha256', key).update(`${epoch}\n${text}`).digest('hex').slice(0, macLength),
    );
  return {
    isReplacing: keys.length > 1,
    sign: (epoch, text) => `${macsOf(epoch, text).join(',')} ${text}`,
    verify(epoch, signed) {
      const end = signed.indexOf(' ');
      const text = signed.slice(end + 1);
      const macs = signed.slice(0, Math.max(0, end)).split(',', mostMacs);
      const own = macsOf(epoch, text);
      return macs.some((mac) => own.some((one) => isSame(one, mac))) ? text : undefined;
    },
  };
}

/** Texts that only members can read, write and change. */
export interface Boxes {
  /** It opens under this label only. Closed by each key, for members that have one of them. */
  close(text: string, label: string): string;
  /** Undefined if none of our keys opens it as that. */
  open(box: string, label: string): string | undefined;
}

/** Boxes of one purpose do not open for another. */
export function createBoxes(
  host: Pick<Host, 'randomToken'>,
  keys: readonly string[],
  purpose: string,
): Boxes {
  const derived = keys.map((key) => deriveKey(key, purpose));
  return {
    close: (text, label) => derived.map((key) => sealText(host, key, { text, label })).join(' '),
    open(box, label) {
      for (const part of box.split(' ', mostMacs))
        for (const key of derived)
          try {
            return openText(key, part, label);
          } catch {
            // another key's, or nobody's
          }
      return undefined;
    },
  };
}

/** A key of its own for each purpose. */
export function deriveKey(key: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
