/** The requests on their way, the oldest first. */

import type { VNode } from 'preact';
import type { LiveRequest } from '../../explain/snapshot/snapshot.ts';
import { describeBytes, describeSpan } from '../../explain/why/wording.ts';
import { now } from '../gateway.ts';
import { Sign } from '../parts.tsx';
import { describeRunning } from '../words.ts';

/** A person reads no more at a glance. */
const shown = 12;

export function Live({ live }: { readonly live: readonly LiveRequest[] }): VNode {
  const more = live.length - shown;
  return (
    <section aria-labelledby="live">
      <h2 id="live">In progress {live.length > 0 && <small>{live.length}</small>}</h2>
      <ul class="rows live">
        {live.slice(0, shown).map(({ id, caller = 'unknown', target, since, ...progress }) => (
          <li key={id}>
            <p class="name">
              <Sign state={target === undefined ? 'due' : 'works'} />
              <b>{caller}</b>
            </p>
            <p class="state">
              {target ?? 'waits for an answer'} · {describeRunning(now.value - since)}
            </p>
            <p class="day">{describeProgress(progress)}</p>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="none">and {more} more</p>}
      {live.length === 0 && <p class="none">None.</p>}
    </section>
  );
}

function describeProgress({
  firstEventMs,
  bytes,
}: Pick<LiveRequest, 'firstEventMs' | 'bytes'>): string {
  if (firstEventMs === undefined) return '';
  return `first word after ${describeSpan(firstEventMs)} · ${describeBytes(bytes)}`;
}
