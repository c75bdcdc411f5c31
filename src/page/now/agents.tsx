/** Each caller of today: what it is getting now, and what it got. */

import type { VNode } from 'preact';
import { describeElapsed } from '../../access/wording/when.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import type { CallerState, LiveRequest } from '../../explain/snapshot/snapshot.ts';
import { now } from '../gateway.ts';
import { Sign } from '../parts.tsx';

export function Agents({
  callers,
  live,
}: {
  readonly callers: readonly CallerState[];
  readonly live: readonly LiveRequest[];
}): VNode {
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">Agents</h2>
      <ul class="rows agents">
        {callers.map((caller) => (
          <Agent key={caller.name} caller={caller} live={live} />
        ))}
      </ul>
      {callers.length === 0 && <p class="none">Nobody has asked today.</p>}
    </section>
  );
}

function Agent({
  caller: { name, lastAt, inflight, day },
  live,
}: {
  readonly caller: CallerState;
  readonly live: readonly LiveRequest[];
}): VNode {
  const own = live.filter(({ caller = 'unknown' }) => caller === name);
  const targets = [...new Set(own.flatMap(({ target }) => target ?? []))];
  const idle = `idle ${describeElapsed(now.value - lastAt)}`;
  return (
    <li data-state={inflight > 0 ? 'works' : 'idle'}>
      <p class="name">
        <Sign state={inflight > 0 ? 'works' : 'idle'} />
        <b>{name}</b>
      </p>
      <p class="state">{inflight === 0 ? idle : describeBusy(inflight, targets)}</p>
      <p class="day">
        {day.asked} asked · <span data-some={day.rescued > 0}>{day.rescued} rescued</span> ·{' '}
        <span data-bad={day.failed > 0}>{day.failed} failed</span>
        {day.usd !== undefined && day.usd > 0 && ` · ${formatUsd(day.usd)}`}
      </p>
    </li>
  );
}

function describeBusy(inflight: number, targets: readonly string[]): string {
  const by = targets.length === 0 ? '' : ` by ${targets.join(', ')}`;
  return inflight === 1 ? `is answered${by}` : `${inflight} requests are answered${by}`;
}
