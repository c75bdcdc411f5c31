/**
 * Where the time of a request went: one bar for each wait and attempt, on one scale, and a mark
 * where a broken answer was continued.
 */

import type { VNode } from 'preact';
import { describeSpan, labelOf, nameEnd } from '../../explain/why/wording.ts';
import type { AttemptRecord, JointRecord, RequestRecord } from '../../model/record.ts';

/** Of more attempts, the first are drawn. */
const shown = 24;
/** A shorter wait is not seen. */
const leastWaitMs = 20;

/** A part of a bar, ms since the start of the request. */
interface Segment {
  readonly is: 'wait' | 'connect' | 'head' | 'content' | 'answered' | 'failed' | 'joint';
  readonly from: number;
  readonly to: number;
}

interface Bar {
  readonly name: string;
  readonly what: string;
  readonly parts: readonly Segment[];
}

export function Timeline({ record }: { readonly record: RequestRecord }): VNode {
  const { durationMs, times } = record;
  const whole = Math.max(1, durationMs);
  const percent = (ms: number): number => Math.min(100, Math.max(0, (100 * ms) / whole));
  return (
    <section aria-labelledby="time">
      <h2 id="time">Time: {describeSpan(durationMs)}</h2>
      <ul class="rows times">
        {listBars(record).map(({ name, what, parts }, index) => (
          <li key={index}>
            <p class="name">{name}</p>
            <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width={100} height={4} />
              {parts.map(({ is, from, to }) => (
                <rect
                  key={is}
                  data-state={is}
                  x={percent(from)}
                  width={Math.max(0.4, percent(to) - percent(from))}
                  height={4}
                />
              ))}
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
        </p>
      )}
    </section>
  );
}

function listBars(record: RequestRecord): readonly Bar[] {
  const { attempts, joints = [] } = record;
  const bars: Bar[] = [];
  let freeAt = 0;
  for (const attempt of attempts.slice(0, shown)) {
    const from = attempt.startedAt - record.at;
    if (from - freeAt >= leastWaitMs) bars.push(createWait(freeAt, from));
    bars.push(createBar(record, attempt));
    freeAt = from + attempt.durationMs;
  }
  return [...bars, ...joints.map((joint) => createJoint(record, joint))];
}

function createWait(from: number, to: number): Bar {
  return {
    name: from === 0 ? 'queue' : 'pause',
    what: `waited ${describeSpan(to - from)}`,
    parts: [{ is: 'wait', from, to }],
  };
}

/** The caller's first content came while one of the attempts was under way. */
function createBar({ at, firstEventMs = -1 }: RequestRecord, attempt: AttemptRecord): Bar {
  const { target, credential, startedAt, durationMs, connectMs, headMs, failure } = attempt;
  const from = startedAt - at;
  const to = from + durationMs;
  const hasContent = headMs !== undefined && firstEventMs >= from && firstEventMs <= to;
  const ends: readonly (readonly [Segment['is'], number | undefined, string])[] = [
    ['connect', connectMs, 'connected after'],
    ['head', headMs, 'head after'],
    ['content', hasContent ? firstEventMs - from : undefined, 'first word after'],
  ];
  const parts: Segment[] = [];
  const said: string[] = [];
  let done = from;
  for (const [is, ms, words] of ends) {
    if (ms === undefined) continue;
    parts.push({ is, from: done, to: from + ms });
    said.push(`${words} ${describeSpan(ms)}`);
    done = from + ms;
  }
  const end = failure === undefined ? 'answered' : nameEnd(attempt);
  const probe = attempt.isProbe === true ? ', a probe' : '';
  return {
    name: `${target}${credential === 'none' ? '' : ` · ${labelOf(credential)}`}`,
    what: `${[...said, `${end} after ${describeSpan(durationMs)}`].join(', ')}${probe}`,
    parts: [...parts, { is: failure === undefined ? 'answered' : 'failed', from: done, to }],
  };
}

/** The rest of a broken answer was asked of another, or of the same once more. */
function createJoint(
  { at, attempts }: RequestRecord,
  { at: character, from, to, removed }: JointRecord,
): Bar {
  const broken = attempts.findIndex(({ target, failure }) => target === from && failure);
  const rest = attempts.find(({ target }, index) => index > broken && target === to);
  const when = (rest?.startedAt ?? at) - at;
  return {
    name: 'joint',
    what: `${from} → ${to} at character ${character}, ${removed} removed`,
    parts: [{ is: 'joint', from: when, to: when }],
  };
}
