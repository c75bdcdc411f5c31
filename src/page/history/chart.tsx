/**
 * One measure as a curve over time. Times without a gateway are grey. Pointer and keys move one
 * pointed time through all charts; a click or Enter chooses it.
 */

import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { SeriesRow, SeriesSpan } from '../../model/series.ts';
import { describeBin, describeDay, describeTime } from '../words.ts';
import type { Measure } from './measures.ts';
import { type CurvePoint, type Frame, listHoles, sumUp } from './points.ts';
import { linearScale, listTicks, logScale, type Scale } from './scale.ts';

export interface ChartProps {
  readonly measure: Measure;
  readonly frame: Frame;
  readonly points: readonly CurvePoint[];
  /** When a gateway was there. */
  readonly ran: readonly SeriesSpan[];
  /** When the point begins that was chosen. */
  readonly chosen?: number | undefined;
  readonly choose: (at: number) => void;
}

/** Which point the pointer or the keys are at. */
const pointed = signal<number | undefined>(undefined);

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -10,
  PageUp: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export function Chart({ measure, frame, points, ran, chosen, choose }: ChartProps): VNode {
  const last = points.length - 1;
  const index = Math.min(pointed.value ?? last, last);
  const point = points[index];
  const scale = useMemo(() => scaleOf(measure, points), [points]);
  const still = useMemo(() => <Still {...{ measure, frame, points, ran, scale }} />, [points, ran]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step !== undefined) pointed.value = Math.max(0, Math.min(last, index + step));
    else if (event.key === 'Enter' && point !== undefined) choose(point.at);
    else return;
    event.preventDefault();
  };
  return (
    <figure class="curve">
      <Legend measure={measure} point={pointed.value === undefined ? sumUp(points) : point} />
      <Labels {...{ measure, frame, scale }} />
      <div
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={measure.title}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={point && describePoint(measure, point, frame)}
        onKeyDown={onKeyDown}
        onPointerMove={({ currentTarget, offsetX }) => {
          pointed.value = Math.floor((offsetX / currentTarget.clientWidth) * points.length);
        }}
        onPointerLeave={() => (pointed.value = undefined)}
        onBlur={() => (pointed.value = undefined)}
        onClick={() => pointed.value !== undefined && point && choose(point.at)}
      >
        <svg viewBox={`0 0 ${points.length} 1`} preserveAspectRatio="none" aria-hidden="true">
          {chosen !== undefined && (
            <rect class="chosen" x={(chosen - frame.from) / frame.widthMs} width={1} height={1} />
          )}
          {pointed.value !== undefined && <rect class="pointed" x={index} width={1} height={1} />}
          {still}
        </svg>
      </div>
    </figure>
  );
}

function scaleOf({ lines, isTime, leastStep }: Measure, points: readonly CurvePoint[]): Scale {
  const heights = lines.flatMap(({ height }) => points.flatMap((point) => height(point) ?? []));
  return isTime ? logScale(heights) : linearScale(Math.max(0, ...heights), leastStep);
}

/** What does not move with the pointer. */
function Still({
  measure: { lines, isTime },
  frame,
  points,
  ran,
  scale,
}: Omit<ChartProps, 'choose'> & { readonly scale: Scale }): VNode {
  const placeOf = (at: number): number => (at - frame.from) / frame.widthMs;
  return (
    <>
      {listHoles(ran, frame).map(({ from, until }) => (
        <rect
          key={from}
          class="hole"
          x={placeOf(from)}
          width={placeOf(until) - placeOf(from)}
          height={1}
        />
      ))}
      {scale.ticks.map((tick) => (
        <path key={tick} class="grid" d={`M0 ${1 - scale.place(tick)}H${points.length}`} />
      ))}
      {lines.map(({ title, color, height }) => {
        const heights = points.map((point) => {
          const value = point.isHole ? undefined : height(point);
          return value === undefined ? undefined : scale.place(value);
        });
        const d = isTime ? drawLine(heights) : drawBars(heights);
        return <path key={title} class={isTime ? 'line' : 'bars'} data-color={color} d={d} />;
      })}
    </>
  );
}

function drawBars(heights: readonly (number | undefined)[]): string {
  return heights
    .map((height, index) => (height ? `M${index + 0.1} 1v${-height}h.8V1z` : ''))
    .join('');
}

/** One without neighbours is a dot. */
function drawLine(heights: readonly (number | undefined)[]): string {
  return heights
    .map((height, index) => {
      if (height === undefined) return '';
      const place = `${index + 0.5} ${1 - height}`;
      return heights[index - 1] === undefined ? `M${place}h0` : `L${place}`;
    })
    .join('');
}

function Labels({
  measure,
  frame,
  scale,
}: Pick<ChartProps, 'measure' | 'frame'> & { readonly scale: Scale }): VNode {
  const { from, until, tickMs } = frame;
  return (
    <>
      <svg class="values" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <text key={tick} x="100%" y={`${100 * (1 - scale.place(tick))}%`}>
            {measure.label(tick)}
          </text>
        ))}
      </svg>
      <svg class="times-of" aria-hidden="true">
        {listTicks(frame).map((at) => (
          <text key={at} x={`${(100 * (at - from)) / (until - from)}%`} y="1em">
            {tickMs > 86_400_000 ? describeDay(at) : describeTime(at)}
          </text>
        ))}
      </svg>
    </>
  );
}

/** The figures of what is pointed at, else of all. */
function Legend({
  measure: { title, lines },
  point,
}: {
  readonly measure: Measure;
  readonly point: SeriesRow | CurvePoint | undefined;
}): VNode {
  const isHole = point !== undefined && 'isHole' in point && point.isHole;
  return (
    <figcaption>
      <b>{title}</b>
      {lines.map((line) => (
        <span key={line.title}>
          <i class="swatch" data-color={line.color} /> {line.title}{' '}
          <b>{point === undefined || isHole ? '–' : line.tell(point)}</b>
        </span>
      ))}
    </figcaption>
  );
}

function describePoint({ lines }: Measure, point: CurvePoint, { widthMs }: Frame): string {
  const figures = lines.map(({ title, tell }) => `${title} ${tell(point)}`);
  return `${describeBin(point.at, widthMs)}: ${point.isHole ? 'no gateway' : figures.join(', ')}`;
}
