/** Each caller of today: what it is getting now, and what it got. */

import type { VNode } from 'preact';
import { describeElapsed } from '../../access/wording/when.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import type { CallerState, LateRequest, LiveRequest } from '../../explain/snapshot/snapshot.ts';
import { now } from '../gateway.ts';
import { Sign } from '../parts.tsx';
import { linkTo } from '../route.ts';
import { describeAnswer } from './late.tsx';

export function Agents({
  callers,
  live,
  recent,
}: {
  readonly callers: readonly CallerState[];
  readonly live: readonly LiveRequest[];
  readonly recent: readonly LateRequest[];
}): VNode {
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">Agents</h2>
      <ul class="rows agents">
        {callers.map((caller) => (
          <Agent key={caller.name} caller={caller} live={live} last={findLast(recent, caller)} />
        ))}
      </ul>
      {callers.length === 0 && <p class="none">Nobody has asked today.</p>}
    </section>
  );
}

function Agent({
  caller: { name, lastAt, inflight, day },
  live,
  last,
}: {
  readonly caller: CallerState;
  readonly live: readonly LiveRequest[];
  readonly last: LateRequest | undefined;
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
      <p class="state">
        {inflight === 0 ? idle : describeBusy(inflight, targets)}
        {last?.rescuedFrom !== undefined && (
          <>
            {' · '}
            <a href={linkTo('request', last.id)}>got {describeAnswer(last)}</a>
          </>
        )}
      </p>
      <p class="day">
        today {day.asked} asked · <span data-some={day.rescued > 0}>{day.rescued} rescued</span> ·{' '}
        <span data-bad={day.failed > 0}>{day.failed} failed</span>
        {day.usd !== undefined && day.usd > 0 && ` · ${formatUsd(day.usd)}`}
      </p>
    </li>
  );
}

/** The request that this caller made last, if it has ended. */
function findLast(recent: readonly LateRequest[], { name }: CallerState): LateRequest | undefined {
  return recent
    .filter(({ caller = 'unknown' }) => caller === name)
    .toSorted((one, other) => other.at - one.at)[0];
}

function describeBusy(inflight: number, targets: readonly string[]): string {
  const by = targets.length === 0 ? '' : ` by ${targets.join(', ')}`;
  return inflight === 1 ? `is answered${by}` : `${inflight} requests are answered${by}`;
}
