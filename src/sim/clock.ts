/** The time the simulated provider lives by; tests and drills hand in their own. */

/** Epoch milliseconds, and a sleep that ends at once, rejecting, when its signal aborts. */
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

/** Puts a scale on a clock: 0.01 makes every wait a hundred times shorter. */
export function createScaledTime(clock: SimClock, scale: number): ScaledTime {
  return {
    scale,
    now: () => clock.now(),
    wait: (seconds, signal) => clock.sleep(seconds * 1000 * scale, signal),
  };
}
