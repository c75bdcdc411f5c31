/** Encodes the counters in Prometheus' text format, version 0.0.4. Pure. */

import type { RefusalCount } from '../model/events.ts';
import { version } from '../version.ts';
import type { Cell, Counters, Histogram } from './counters.ts';
import { labels, metrics, operationNames } from './names.ts';

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** Values read at the moment of the request. */
export interface Gauges {
  readonly inflight: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Default: none. */
  readonly refusals?: readonly RefusalCount[];
  /** Absent: there is no login. */
  readonly lostTokens?: number | undefined;
  /** Absent: the gateway has none. */
  readonly workers?: { readonly running: number; readonly restarts: number } | undefined;
}

type MetricName = readonly [name: string, help: string];
type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

export function renderMetrics(
  counters: Counters,
  { inflight, startedAt, refusals = [], lostTokens, workers }: Gauges,
): string {
  const cells = counters.cells();
  const attempts = counters.attempts();
  const tried = attempts.map(
    ({ target, result, count }): Sample => [{ ...targetLabels(target), result }, count],
  );
  const paid = cells.filter(({ usd }) => usd > 0).map((cell): Sample => [labelsOf(cell), cell.usd]);
  return [
    ...family(metrics.requests, 'counter', cells.flatMap(outcomesOf)),
    ...family(metrics.attempts, 'counter', tried),
    ...family(
      metrics.refused,
      'counter',
      [...Map.groupBy(refusals, ({ code }) => code)].map(
        ([code, rows]): Sample => [{ code }, rows.reduce((sum, { count }) => sum + count, 0)],
      ),
    ),
    ...family(metrics.cost, 'counter', paid),
    ...histograms(metrics.duration, cells, ({ duration }) => [[{}, duration]]),
    ...histograms(metrics.firstToken, cells, ({ firstToken }) => [[{}, firstToken]]),
    ...histograms(metrics.tokens, cells, ({ input, output }) => [
      [{ [labels.tokenType]: 'input' }, input],
      [{ [labels.tokenType]: 'output' }, output],
    ]),
    ...family(metrics.inflight, 'gauge', [[{}, inflight]]),
    ...(workers === undefined ? [] : workerLines(workers)),
    ...(lostTokens === undefined ? [] : family(metrics.lostTokens, 'counter', [[{}, lostTokens]])),
    ...family(metrics.build, 'gauge', [[{ version }, 1]]),
    ...family(metrics.start, 'gauge', [[{}, startedAt / 1000]]),
    '',
  ].join('\n');
}

function workerLines({ running, restarts }: NonNullable<Gauges['workers']>): readonly string[] {
  return [
    ...family(metrics.workers, 'gauge', [[{}, running]]),
    ...family(metrics.workerRestarts, 'counter', [[{}, restarts]]),
  ];
}

function outcomesOf(cell: Cell): readonly Sample[] {
  const of = labelsOf(cell);
  return Object.entries(cell.outcomes).flatMap(([outcome, count]) =>
    count === 0 ? [] : [[{ ...of, outcome }, count]],
  );
}

function labelsOf({ task, target }: Cell): Labels {
  return { task, ...targetLabels(target) };
}

/** The model is everything after the first slash. */
function targetLabels(target: string): Labels {
  const slash = target.indexOf('/');
  const [provider, model] =
    slash < 0 ? [target, target] : [target.slice(0, slash), target.slice(slash + 1)];
  return { [labels.provider]: provider, [labels.model]: model };
}

/** `choose` returns the histograms of a cell, each with the labels that distinguish it. */
function histograms(
  name: MetricName,
  cells: readonly Cell[],
  choose: (cell: Cell) => readonly (readonly [Labels, Histogram])[],
): readonly string[] {
  const lines = cells.flatMap((cell) => {
    const place = { [labels.operation]: operationNames[cell.operation], ...labelsOf(cell) };
    return choose(cell).flatMap(([more, histogram]) =>
      histogramLines(name[0], { ...place, ...more }, histogram),
    );
  });
  return withHead(name, 'histogram', lines);
}

function histogramLines(name: string, of: Labels, histogram: Histogram): readonly string[] {
  const counts = histogram.cumulative();
  const count = counts.at(-1) ?? 0;
  if (count === 0) return [];
  const bounds = [...histogram.bounds.map(String), '+Inf'];
  return [
    ...bounds.map((le, place) =>
      sampleLine(`${name}_bucket`, { ...of, le }, counts[place] ?? count),
    ),
    sampleLine(`${name}_sum`, of, histogram.sum),
    sampleLine(`${name}_count`, of, count),
  ];
}

function family(
  name: MetricName,
  type: 'counter' | 'gauge',
  samples: readonly Sample[],
): readonly string[] {
  return withHead(
    name,
    type,
    samples.map(([of, value]) => sampleLine(name[0], of, value)),
  );
}

/** Returns nothing if there are no lines. */
function withHead(
  [name, help]: MetricName,
  type: string,
  lines: readonly string[],
): readonly string[] {
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

function sampleLine(name: string, of: Labels, value: number): string {
  const pairs = Object.entries(of).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
