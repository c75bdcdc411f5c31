/** One look serves all who ask within one turn of the event loop. */

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
