/** An event loop on no clock, for limits that count the time in which the loop runs. */

/** A loop whose turns take as long as they are told to. */
export function createLoop() {
  let now = 0;
  let timers: { readonly at: number; readonly onFire: () => void }[] = [];
  let ends: (() => void)[] = [];
  return {
    clock: {
      startTimer: (ms: number, onFire: () => void) => {
        const timer = { at: now + ms, onFire };
        timers.push(timer);
        return {
          cancel: () => {
            timers = timers.filter((one) => one !== timer);
          },
        };
      },
      afterTurn: (callback: () => void) => void ends.push(callback),
    },
    /** As in Node: timers first, then what has arrived, then the end of the turn. */
    turn: (ms: number, arrive?: () => void) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { onFire } of due) onFire();
      arrive?.();
      const ended = ends;
      ends = [];
      for (const end of ended) end();
    },
  };
}

export const repeat = (times: number, ms: number): readonly number[] =>
  Array<number>(times).fill(ms);
