/** Where the time of a request went: one bar for each attempt, on one scale. */

import type { VNode } from 'preact';
import { describeSpan, labelOf, nameEnd } from '../../explain/why/wording.ts';
import type { AttemptRecord, RequestRecord } from '../../model/record.ts';

/** Of more attempts, the first are drawn. */
const shown = 24;

interface Bar {
  readonly name: string;
  readonly what: string;
  readonly state: string;
  /** From the start of the request. */
  readonly fromMs: number;
  readonly forMs: number;
}

export function Timeline({ record }: { readonly record: RequestRecord }): VNode {
  const { durationMs, firstEventMs, times } = record;
  const whole = Math.max(1, durationMs);
  const percent = (ms: number): number => Math.min(100, Math.max(0, (100 * ms) / whole));
  return (
    <section aria-labelledby="time">
      <h2 id="time">Time: {describeSpan(durationMs)}</h2>
      <ul class="rows times">
        {listBars(record).map(({ name, what, state, fromMs, forMs }, index) => (
          <li key={index}>
            <p class="name">{name}</p>
            <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width={100} height={4} />
              <rect
                data-state={state}
                x={percent(fromMs)}
                width={Math.max(0.4, percent(forMs))}
                height={4}
              />
              {firstEventMs !== undefined && state === 'answered' && (
                <rect class="tick" x={percent(firstEventMs)} width={0.3} height={4} />
              )}
            </svg>
            <p class="state">{what}</p>
          </li>
        ))}
      </ul>
      {times !== undefined && (
        <p class="none">
          {describeSpan(times.beforeMs)} before the first attempt + {describeSpan(times.atMs)} at
          providers + {describeSpan(times.betweenMs)} between attempts +{' '}
          {describeSpan(times.afterMs)} after the last
          {firstEventMs !== undefined && ` · first word after ${describeSpan(firstEventMs)}`}
        </p>
      )}
    </section>
  );
}

function listBars(record: RequestRecord): readonly Bar[] {
  const { at, attempts, joints = [], times } = record;
  const beforeMs = times?.beforeMs ?? 0;
  const waiting: Bar[] =
    beforeMs < 20
      ? []
      : [
          {
            name: 'before the first attempt',
            what: describeSpan(beforeMs),
            state: 'idle',
            fromMs: 0,
            forMs: beforeMs,
          },
        ];
  const bars = attempts.slice(0, shown).map((attempt) => toBar(attempt, at));
  const joined = joints.map(({ at: character, from, to, removed }) => ({
    name: 'joint',
    what: `${from} → ${to} at character ${character}, ${removed} removed`,
    state: 'idle',
    fromMs: 0,
    forMs: 0,
  }));
  return [...waiting, ...bars, ...joined];
}

function toBar(attempt: AttemptRecord, at: number): Bar {
  const { target, credential, startedAt, durationMs, failure, isProbe } = attempt;
  const end = failure === undefined ? 'answered' : nameEnd(attempt);
  const key = credential === 'none' ? '' : ` · ${labelOf(credential)}`;
  return {
    name: `${target}${key}`,
    what: `${end} after ${describeSpan(durationMs)}${isProbe === true ? ', a probe' : ''}`,
    state: failure === undefined ? 'answered' : 'failed',
    fromMs: startedAt - at,
    forMs: durationMs,
  };
}
