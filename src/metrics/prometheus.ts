/** The counters as Prometheus reads them: text, version 0.0.4. Pure. */

import { version } from '../version.ts';
import type { Cell, Counters, Histogram } from './counters.ts';
import { labels, metrics, operationNames } from './names.ts';

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** What is true at the moment of asking. */
export interface Gauges {
  readonly inflight: number;
  /** Epoch ms. */
  readonly startedAt: number;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

export function renderMetrics(counters: Counters, { inflight, startedAt }: Gauges): string {
  const cells = counters.cells();
  const attempts = counters.attempts();
  return [
    ...family(metrics.requests, 'counter', cells.flatMap(outcomesOf)),
    ...family(
      metrics.attempts,
      'counter',
      attempts.map(({ target, result, count }) => [{ ...targetLabels(target), result }, count]),
    ),
    ...family(
      metrics.cost,
      'counter',
      cells
        .filter(({ usd }) => usd > 0)
        .map((cell) => [{ task: cell.task, ...targetLabels(cell.target) }, cell.usd]),
    ),
    ...histograms(
      metrics.duration,
      cells.map((cell) => [labelsOf(cell), cell.duration]),
    ),
    ...histograms(
      metrics.firstToken,
      cells.map((cell) => [labelsOf(cell), cell.firstToken]),
    ),
    ...histograms(metrics.tokens, cells.flatMap(tokensOf)),
    ...family(metrics.inflight, 'gauge', [[{}, inflight]]),
    ...family(metrics.build, 'gauge', [[{ version }, 1]]),
    ...family(metrics.start, 'gauge', [[{}, startedAt / 1000]]),
    '',
  ].join('\n');
}

function outcomesOf(cell: Cell): readonly Sample[] {
  const of = { task: cell.task, ...targetLabels(cell.target) };
  return Object.entries(cell.outcomes).flatMap(([outcome, count]) =>
    count === 0 ? [] : [[{ ...of, outcome }, count]],
  );
}

function tokensOf(cell: Cell): readonly (readonly [Labels, Histogram])[] {
  const of = labelsOf(cell);
  return [
    [{ ...of, [labels.tokenType]: 'input' }, cell.input],
    [{ ...of, [labels.tokenType]: 'output' }, cell.output],
  ];
}

function labelsOf({ operation, task, target }: Cell): Labels {
  return { [labels.operation]: operationNames[operation], task, ...targetLabels(target) };
}

/** Whatever follows the first slash is the model. */
function targetLabels(target: string): Labels {
  const slash = target.indexOf('/');
  const [provider, model] = slash < 0 ? [target, target] : [target.slice(0, slash), target.slice(slash + 1)];
  return { [labels.provider]: provider, [labels.model]: model };
}

function histograms(
  name: readonly [string, string],
  rows: readonly (readonly [Labels, Histogram])[],
): readonly string[] {
  const lines = rows.flatMap(([of, histogram]) => {
    const counts = histogram.cumulative();
    const count = counts.at(-1) ?? 0;
    if (count === 0) return [];
    const bounds = [...histogram.bounds.map(String), '+Inf'];
    return [
      ...bounds.map((le, place) => line(`${name[0]}_bucket`, { ...of, le }, counts[place] ?? count)),
      line(`${name[0]}_sum`, of, histogram.sum),
      line(`${name[0]}_count`, of, count),
    ];
  });
  return lines.length === 0 ? [] : [...head(name, 'histogram'), ...lines];
}

function family(
  name: readonly [string, string],
  type: 'counter' | 'gauge',
  samples: readonly Sample[],
): readonly string[] {
  if (samples.length === 0) return [];
  return [...head(name, type), ...samples.map(([of, value]) => line(name[0], of, value))];
}

function head([name, help]: readonly [string, string], type: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function line(name: string, of: Labels, value: number): string {
  const pairs = Object.entries(of).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
