/** Runs a look-up at most once per turn of the event loop, and shares its result. */

import type { Clock } from '../host.ts';

export function oncePerTurn<Seen extends object>(
  clock: Pick<Clock, 'afterTurn'>,
  look: () => Seen,
): () => Seen {
  let seen: Seen | undefined;
  const forget = (): void => {
    seen = undefined;
  };
  return () => {
    if (seen === undefined) {
      seen = look();
      clock.afterTurn(forget);
    }
    return seen;
  };
}
