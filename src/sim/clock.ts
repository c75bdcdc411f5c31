/** The simulated provider's clock; tests and drills pass in their own. */

/** `now` is in epoch milliseconds; `sleep` rejects as soon as its signal aborts. */
export interface SimClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A clock whose waits are multiplied by the server's time scale. */
export interface ScaledTime {
  readonly scale: number;
  now(): number;
  /** Waits `seconds` of simulated time. */
  wait(seconds: number, signal: AbortSignal): Promise<void>;
}

/** A scale of 0.01 makes every wait a hundred times shorter. */
export function createScaledTime(clock: SimClock, scale: number): ScaledTime {
  return {
    scale,
    now: () => clock.now(),
    wait: (seconds, signal) => clock.sleep(seconds * 1000 * scale, signal),
  };
}
