/** Tells whether two open streams write to one place. */

import { fstatSync } from 'node:fs';

/** True for two descriptors of one file, pipe or terminal, as after `2>&1`. False if unknown. */
export function isSameFile(one: number, other: number): boolean {
  try {
    const [first, second] = [fstatSync(one), fstatSync(other)];
    return first.ino !== 0 && first.ino === second.ino && first.dev === second.dev;
  } catch {
    return false; // one of them is closed
  }
}
