/** Parses `--since`, which says how far back a command looks. */

import { InvalidValue, type Param, parsed } from './command.ts';

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Returns epoch ms, given the present. Reads a span (`90s`, `10m`, `1h`, `3d`) or a point in time.
 */
export type Since = (now: number) => number;

export const since: Param<Since | undefined> = parsed(
  'time',
  'how far back: 90s, 10m, 1h, 3d, or a date',
  parseSince,
);

function parseSince(text: string): Since {
  const [, many, unit = ''] = /^(\d+)\s*([smhd])$/.exec(text.trim()) ?? [];
  const perUnit = units[unit];
  if (many !== undefined && perUnit !== undefined) return (now) => now - Number(many) * perUnit;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return () => at;
  throw new InvalidValue('write a span such as 90s, 10m, 1h or 3d, or a date such as 2026-05-29.');
}
