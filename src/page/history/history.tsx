/** The view *History*: curves over an hour, a day or 30 days, and the requests of a spike. */

import { type Signal, useComputed, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { type Answered, useAnswer } from '../answers.ts';
import { isStale, now } from '../gateway.ts';
import { Choice, Problem } from '../parts.tsx';
import { go, linkTo } from '../route.ts';
import { describeBin } from '../words.ts';
import { Chart } from './chart.tsx';
import { type FigureRow, Figures } from './figures.tsx';
import { measures, requests } from './measures.ts';
import {
  type CurvePoint,
  type Frame,
  frameOf,
  type GroupedBy,
  groupBy,
  type ReceivedSeries,
  reaches,
  sumUp,
  toPoints,
} from './points.ts';
import { Spike } from './spike.tsx';

/** They are asked for again this often; of more than an hour nothing is new in less. */
const everyMs: Readonly<Record<ReachName, number>> = { hour: 15_000, day: 60_000, month: 60_000 };

type ReachName = keyof typeof reaches;

function parseReach(name: string): ReachName {
  return Object.hasOwn(reaches, name) ? (name as ReachName) : 'hour';
}

function parseSeries(body: unknown): ReceivedSeries {
  return body as ReceivedSeries;
}

/** Rows together with the frame that they were asked for. */
interface FramedSeries extends ReceivedSeries {
  readonly frame: Frame;
}

function useSeries(name: ReachName): Answered<FramedSeries> {
  const at = useTurn(everyMs[name]);
  const frame = frameOf(reaches[name], at);
  const path = `/admin/series?step=${frame.step}&per=${frame.per}&since=${frame.from}`;
  return useAnswer(path, (body) => ({ ...parseSeries(body), frame }), at);
}

/** The time in whole steps; it stands while the gateway says nothing, so what was drawn stays. */
function useTurn(stepMs: number): number {
  const last = useRef(now.peek());
  return useComputed(() => {
    const at = Math.floor(now.value / stepMs) * stepMs;
    if (!isStale.value) last.current = at;
    return last.current;
  }).value;
}

/** `of`: how far back, and the time whose requests are listed: `day/1764086400000`. */
export function History({ of }: { readonly of: string }): VNode {
  const [reach = '', chosen] = of.split('/');
  const name = parseReach(reach);
  const { value, problem } = useSeries(name);
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <p class="choices">
        {Object.entries(reaches).map(([to, { title }]) => (
          <Choice key={to} is={to === name} choose={() => go('history', to)}>
            {title}
          </Choice>
        ))}
      </p>
      {problem !== undefined && <Problem text={problem} />}
      {value !== undefined && (
        <Curves
          series={value}
          chosen={chosen === undefined ? undefined : Number(chosen)}
          choose={(at) => go('history', `${name}/${at}`)}
          back={linkTo('history', name)}
        />
      )}
    </section>
  );
}

/** The requests of the last hour, for *Now*; a click leads to those of its minute. */
export function LastHour(): VNode {
  const { value } = useSeries('hour');
  const points = useMemo(() => value && toPoints(value, value.frame), [value]);
  return (
    <section aria-labelledby="hour">
      <h2 id="hour">The last hour</h2>
      <div class="strip">
        {value !== undefined && points !== undefined && (
          <Chart
            measure={requests}
            frame={value.frame}
            points={points}
            ran={value.ran}
            choose={(at) => go('history', `hour/${at}`)}
          />
        )}
      </div>
    </section>
  );
}

interface CurvesProps {
  readonly series: FramedSeries;
  readonly chosen: number | undefined;
  readonly choose: (at: number) => void;
  readonly back: string;
}

function Curves({ series, chosen, choose, back }: CurvesProps): VNode {
  const by = useSignal<GroupedBy>('caller');
  const only = useSignal<string | undefined>(undefined);
  const { frame, ran, rows } = series;
  const groups = groupBy(rows, by.value);
  const shown = groups.find(([name]) => name === only.value)?.[1] ?? rows;
  const points = useMemo(
    () => toPoints({ ran, rows: shown }, frame),
    [series, by.value, only.value],
  );
  return (
    <>
      <div class="curves">
        {measures.map((measure) => (
          <Chart key={measure.title} {...{ measure, frame, points, ran, chosen, choose }} />
        ))}
      </div>
      {points.some(({ isHole }) => isHole) && (
        <p class="none">Grey: no gateway was there, or nothing is kept from then.</p>
      )}
      {chosen !== undefined && (
        <Spike
          key={chosen}
          span={{ from: chosen, until: chosen + frame.widthMs }}
          only={only.value === undefined ? {} : { [by.value]: only.value }}
          back={back}
        />
      )}
      <Groups {...{ groups, by, only, frame }} />
      <details>
        <summary>each time in figures</summary>
        <Figures label="each time" rows={listTimes(points, frame)} />
      </details>
    </>
  );
}

/** What callers or targets had; one of them can be shown alone. */
function Groups({
  groups,
  by,
  only,
  frame,
}: {
  readonly groups: ReturnType<typeof groupBy>;
  readonly by: Signal<GroupedBy>;
  readonly only: Signal<string | undefined>;
  readonly frame: Frame;
}): VNode {
  const choose = (name: string): void => {
    only.value = only.value === name ? undefined : name;
  };
  return (
    <>
      <p class="choices">
        <span class="why">by</span>
        {(['caller', 'target'] as const).map((name) => (
          <Choice
            key={name}
            is={by.value === name}
            choose={() => {
              by.value = name;
              only.value = undefined;
            }}
          >
            {name}
          </Choice>
        ))}
      </p>
      <Figures
        label={`by ${by.value}`}
        rows={[
          { name: 'all', sum: sumUp(groups.flatMap(([, rows]) => rows)) },
          ...groups.map(([name, rows]) => ({
            name: /^(others)?$/.test(name) ? (
              name || 'none'
            ) : (
              <Choice is={only.value === name} choose={() => choose(name)}>
                {name}
              </Choice>
            ),
            sum: sumUp(rows),
            counts: toPoints({ ran: [], rows }, frame).map(({ asked }) => asked),
          })),
        ]}
      />
    </>
  );
}

/** The latest first; times in which nothing was asked are left out. */
function listTimes(points: readonly CurvePoint[], { widthMs }: Frame): readonly FigureRow[] {
  return points
    .filter(({ asked, isHole }) => asked > 0 || isHole)
    .toReversed()
    .map((point) => ({ name: describeBin(point.at, widthMs), sum: point, isHole: point.isHole }));
}
