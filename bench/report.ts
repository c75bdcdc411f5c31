/** Formats the results of a measurement, compared with its goals, as text for people or as JSON. */

/** One figure of one contender. */
export interface Row {
  readonly who: string;
  /** The figures as text, in order: `8,120 requests/s`. */
  readonly figures: readonly string[];
}

/** A promise and its result. */
export interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: { readonly atMost: number } | { readonly atLeast: number };
}

export interface Finding {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
}

export function isMet({ value, goal }: Verdict): boolean {
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

export function formatFinding({ title, rows, verdicts }: Finding): string {
  const whoWidth = Math.max(12, ...rows.map(({ who }) => who.length + 2));
  const lines = rows.map(({ who, figures }) =>
    `  ${who.padEnd(whoWidth)}${figures.map(pad).join('')}`.trimEnd(),
  );
  return [title, ...lines, ...verdicts.map(formatVerdict)].join('\n');
}

/** Rounds to whole numbers from 100, and to two digits below. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function pad(figure: string): string {
  return figure.padEnd(26);
}

function formatVerdict(verdict: Verdict): string {
  const { what, value, unit, goal } = verdict;
  const wanted = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
  const found = `${formatNumber(value)}${unit}`;
  return `  ${isMet(verdict) ? 'met   ' : 'MISSED'}  ${what}: ${found} (goal: ${wanted}${unit})`;
}
