/** What curves and their tables show: each measure with its lines. Pure. */

import { formatUsd } from '../../cost/format-usd.ts';
import { describeSpan } from '../../explain/why/wording.ts';
import type { SeriesRow } from '../../model/series.ts';
import { quantileOf } from './points.ts';

interface Line {
  readonly title: string;
  /** Its colour (style/history.css). */
  readonly color: string;
  /** How high it is drawn: parts of a bar stand on each other. Undefined: no point. */
  readonly height: (row: SeriesRow) => number | undefined;
  readonly tell: (row: SeriesRow) => string;
}

export interface Measure {
  readonly title: string;
  /** The first is drawn first. */
  readonly lines: readonly Line[];
  /** A number beside the axis. */
  readonly label: (value: number) => string;
  /** Between two such numbers. */
  readonly leastStep: number;
  /** Lines on a logarithmic scale. Default: bars. */
  readonly isTime?: true;
}

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
const whole = (count: number): string =>
  count < 1_000_000 ? count.toLocaleString('en-US') : short.format(count);

export const requests: Measure = {
  title: 'Requests',
  label: short.format,
  leastStep: 1,
  lines: [
    {
      title: 'asked',
      color: 'plain',
      height: ({ asked }) => asked,
      tell: ({ asked }) => whole(asked),
    },
    {
      title: 'rescued',
      color: 'rescued',
      height: ({ rescued, failed }) => rescued + failed,
      tell: ({ rescued }) => whole(rescued),
    },
    {
      title: 'failed',
      color: 'failed',
      height: ({ failed }) => failed,
      tell: ({ failed }) => whole(failed),
    },
  ],
};

function timeLine(title: string, color: string, share: number): Line {
  const height: Line['height'] = ({ firstContent }) => quantileOf(firstContent, share);
  const tell: Line['tell'] = (row) => {
    const ms = height(row);
    return ms === undefined ? '–' : describeSpan(ms);
  };
  return { title, color, height, tell };
}

export const measures: readonly Measure[] = [
  requests,
  {
    title: 'First content',
    isTime: true,
    leastStep: 1,
    label: (ms) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`),
    lines: [timeLine('p50', 'main', 0.5), timeLine('p95', 'plain', 0.95)],
  },
  {
    title: 'Tokens',
    label: short.format,
    leastStep: 1,
    lines: [
      {
        title: 'cached',
        color: 'plain',
        height: ({ tokens }) => tokens,
        tell: ({ cachedTokens }) => whole(cachedTokens),
      },
      {
        title: 'not cached',
        color: 'main',
        height: ({ tokens, cachedTokens }) => tokens - cachedTokens,
        tell: ({ tokens, cachedTokens }) => whole(tokens - cachedTokens),
      },
    ],
  },
  {
    title: 'Cost',
    label: (usd) => `$${short.format(usd)}`,
    leastStep: 0.000_001,
    lines: [
      { title: 'USD', color: 'main', height: ({ usd }) => usd, tell: ({ usd }) => formatUsd(usd) },
    ],
  },
];
