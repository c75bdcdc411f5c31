/** Draws the time of a request to scale: an attempt is a bar, a gap is dots. Pure. */

import type { RequestRecord } from '../../model/record.ts';
import { hasAnswered, type TaleStep, type TriedStep } from './steps.ts';
import { describeSpan, nameEnd } from './wording.ts';

/** Characters for the whole request; a step has at least one. */
const width = 40;

/** With more steps the drawing would be unreadable. */
const maxSteps = 8;

/** Draws `0 ms ▏▇ 429 ▏······▇▇▇▇▇▇▇ stream ▏2.1 s`; undefined if nobody was asked. */
export function drawTimeline(
  record: RequestRecord,
  steps: readonly TaleStep[],
): string | undefined {
  const bars = steps.filter((step): step is TriedStep => step.kind === 'tried');
  if (bars.length === 0 || bars.length > maxSteps) return undefined;
  const scale = width / Math.max(1, record.durationMs);
  const draw = (ms: number, sign: string): string =>
    sign.repeat(Math.max(0, Math.round(ms * scale)));
  let at = record.at;
  const drawn = bars.map((bar) => {
    let line = '';
    for (const { startedAt, durationMs } of bar.attempts) {
      line += draw(startedAt - at, '·');
      line += draw(durationMs, '▇') || '▇';
      at = Math.max(at, startedAt + durationMs);
    }
    return `${line} ${nameBar(record, bar)} ▏`;
  });
  const rest = draw(record.at + record.durationMs - at, '·');
  return `0 ms ▏${drawn.join('')}${rest}${rest === '' ? '' : '▏'}${describeSpan(record.durationMs)}`;
}

function nameBar({ streamed, outcome }: RequestRecord, { attempts, last }: TriedStep): string {
  if (hasAnswered(last)) {
    if (outcome === 'client-gone') return 'left';
    return streamed ? 'stream' : 'answer';
  }
  return attempts.length === 1 ? nameEnd(last) : `${attempts.length} × ${nameEnd(last)}`;
}
