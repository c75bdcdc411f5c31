/** The scales of curves: where a value or a time stands, and what is written beside. Pure. */

import type { Frame } from './points.ts';

export interface Scale {
  /** 0 at the bottom, 1 at the top. */
  readonly place: (value: number) => number;
  /** Values that are written beside it, from the bottom on. */
  readonly ticks: readonly number[];
}

/** From 0 to a round number above `most`, with two or three ticks. `leastStep`: between two. */
export function linearScale(most: number, leastStep: number): Scale {
  const step = Math.max(leastStep, roundUp((most || leastStep) / 3));
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return {
    place: (value) => value / (count * step),
    ticks: Array.from({ length: count }, (_, index) => (index + 1) * step),
  };
}

/** Returns the next of 1, 2, 5, 10, 20, 50 and so on, also below 1. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return power * ([1, 2, 5].find((one) => one * power >= value * (1 - 1e-9)) ?? 10);
}

/** Whole powers of ten around all values. */
export function logScale(values: readonly number[]): Scale {
  const powers = values.map((value) => Math.log10(value));
  const low = values.length === 0 ? 2 : Math.floor(Math.min(...powers));
  const high = values.length === 0 ? 4 : Math.max(low + 1, Math.ceil(Math.max(...powers)));
  return {
    place: (value) => (Math.log10(value) - low) / (high - low),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

/** Round times of this time zone within a frame. */
export function listTicks({ from, until, tickMs }: Frame): readonly number[] {
  const offsetMs = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offsetMs) / tickMs) * tickMs + offsetMs;
  const count = Math.max(0, Math.ceil((until - first) / tickMs));
  return Array.from({ length: count }, (_, index) => first + index * tickMs);
}
