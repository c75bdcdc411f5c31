/** The requests that ended in a time that was chosen on a curve. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { countNoun } from '../../explain/why/wording.ts';
import type { SeriesSpan } from '../../model/series.ts';
import type { RecordKind } from '../../store/store.ts';
import { useAnswer } from '../answers.ts';
import { parseLate, Requests } from '../now/late.tsx';
import { Choice, Problem } from '../parts.tsx';
import { describeBin } from '../words.ts';

/** A person reads no more. */
const shown = 100;

const kinds: readonly (readonly [string, RecordKind | undefined])[] = [
  ['all', undefined],
  ['failed', 'failed'],
  ['rescued', 'rescued'],
];

export function Spike({
  span: { from, until },
  only,
  back,
}: {
  readonly span: SeriesSpan;
  /** The one caller or target. */
  readonly only: Readonly<Record<string, string>>;
  readonly back: string;
}): VNode {
  const kind = useSignal<RecordKind | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.scrollIntoView({ block: 'nearest' }), []);
  const asked = { endedSince: `${from}`, endedUntil: `${until}`, limit: `${shown}`, ...only };
  const query = new URLSearchParams(
    kind.value === undefined ? asked : { ...asked, kind: kind.value },
  );
  const { value, problem } = useAnswer(`/admin/records?${query}`, parseLate);
  return (
    <section aria-labelledby="spike" class="spike">
      <h2 id="spike" ref={heading}>
        {describeBin(from, until - from)}
        {value !== undefined &&
          `: ${value.length === shown ? `the latest ${shown}` : countNoun(value.length, 'request')}`}
      </h2>
      <p class="choices">
        {kinds.map(([title, of]) => (
          <Choice key={title} is={kind.value === of} choose={() => (kind.value = of)}>
            {title}
          </Choice>
        ))}
        <a href={back}>close</a>
      </p>
      {problem !== undefined && <Problem text={problem} />}
      {value !== undefined && <Requests of={value} />}
      {value?.length === 0 && <p class="none">No record is kept of then.</p>}
    </section>
  );
}
