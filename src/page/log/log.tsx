/** The view *Log*: what the gateway has said, the newest first, as it is said. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { describeClock } from '../../access/wording/when.ts';
import type { LogEntry } from '../../logs/entry.ts';
import { useAnswer } from '../answers.ts';
import { now } from '../gateway.ts';
import { Problem, Sign } from '../parts.tsx';
import { linkTo } from '../route.ts';

const shown = 200;
/** It is read again this often while it is open. */
const everyMs = 2000;

const states: Readonly<Record<LogEntry['level'], string>> = {
  info: 'idle',
  warning: 'rests',
  error: 'failed',
};

export function Log(): VNode {
  const onlyErrors = useSignal(false);
  const words = useSignal('');
  const turn = Math.floor(now.value / everyMs);
  const path = `/admin/logs?limit=${shown}${onlyErrors.value ? '&errors=true' : ''}`;
  const { value = [], problem } = useAnswer(path, parseLines, turn);
  const sought = words.value.toLowerCase();
  const found = value.filter((line) => JSON.stringify(line).toLowerCase().includes(sought));
  return (
    <section aria-labelledby="log">
      <h2 id="log">Log</h2>
      <p class="choices">
        <label>
          only lines with{' '}
          <input
            type="search"
            value={words}
            onInput={({ currentTarget }) => (words.value = currentTarget.value)}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={onlyErrors}
            onChange={({ currentTarget }) => (onlyErrors.value = currentTarget.checked)}
          />{' '}
          only errors
        </label>
      </p>
      {problem !== undefined && <Problem text={problem} />}
      <ul class="rows lines">
        {found.toReversed().map((line) => (
          <Line key={`${line.at} ${line.request} ${line.text}`} line={line} />
        ))}
      </ul>
      {found.length === 0 && <p class="none">No line. A gateway at a terminal writes there.</p>}
    </section>
  );
}

function parseLines(body: unknown): readonly LogEntry[] {
  return (body as { lines: readonly LogEntry[] }).lines;
}

function Line({ line }: { readonly line: LogEntry }): VNode {
  const { at, level, event, text, request, task, caller, times } = line;
  return (
    <li>
      <p class="when">
        <Sign state={states[level]} />
        <time>{describeClock(at, now.value)}</time>
      </p>
      <p>{event}</p>
      <p class="state">
        <small>{[task, caller].filter(Boolean).join(' for ')} </small>
        {times !== undefined && `${times} more times: `}
        {text} {request !== undefined && <a href={linkTo('request', request)}>why</a>}
      </p>
    </li>
  );
}
