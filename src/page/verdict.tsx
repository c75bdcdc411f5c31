/** The sentence that a person reads first, and on *Now* each trouble with what to do about it. */

import type { VNode } from 'preact';
import { formatUsd } from '../cost/format-usd.ts';
import type { Snapshot } from '../explain/snapshot/snapshot.ts';
import { countNoun, joinWords } from '../explain/why/wording.ts';
import { isStale } from './gateway.ts';
import { Command, Sign } from './parts.tsx';
import { sentences } from './words.ts';

const states: Readonly<Record<string, string>> = { odd: 'resting', unknown: 'unknown' };

export function Verdict({ snapshot }: { readonly snapshot: Snapshot | undefined }): VNode {
  if (snapshot === undefined) return <h1>The gateway is being asked.</h1>;
  const { state } = snapshot.verdict;
  return (
    <h1 aria-live="polite">
      <Sign state={isStale.value ? 'unknown' : state} />
      {describeVerdict(snapshot)} <small>{describeRest(snapshot)}</small>
    </h1>
  );
}

/** What is said of a key stands at that key. */
export function Troubles({ snapshot }: { readonly snapshot: Snapshot }): VNode {
  const { verdict, credentials } = snapshot;
  const others = verdict.troubles.filter(
    ({ what }) => !credentials.some(({ fingerprint = '—' }) => what.includes(fingerprint)),
  );
  return (
    <ul class="troubles">
      {others.map(({ what, severity, evidence, fix }) => (
        <li key={what}>
          <Sign state={states[severity] ?? severity} />
          <span>{what}</span>
          {evidence.map((text) => (
            <p class="said" key={text}>
              {text}
            </p>
          ))}
          {fix !== undefined && <Command fix={fix} />}
        </li>
      ))}
    </ul>
  );
}

/** A task that nobody answers is named. */
function describeVerdict({ verdict: { state }, tasks }: Snapshot): string {
  const failing = tasks.filter(({ failing, usable }) => failing !== undefined || !usable);
  if (state !== 'broken' || failing.length === 0) return sentences[state];
  const names = failing.slice(0, 2).map(({ name }) => name);
  const more = failing.length - names.length;
  const all = joinWords(more > 0 ? [...names, `${more} more`] : names);
  return `Not answered: ${all}.`;
}

/** Says how many keys can be used, and for whom they work. */
function describeRest({ credentials, callers, live }: Snapshot): string {
  const usable = credentials.filter(({ state }) => /^(works|untried|due|brought)$/.test(state));
  const keys =
    usable.length === credentials.length
      ? countNoun(usable.length, 'key')
      : `${credentials.length - usable.length} of ${countNoun(credentials.length, 'key')} not usable now`;
  const usd = callers.reduce((sum, { day }) => sum + (day.usd ?? 0), 0);
  return [
    keys,
    ...(callers.length === 0 ? [] : [countNoun(callers.length, 'agent')]),
    ...(live.length === 0 ? [] : [`${countNoun(live.length, 'request')} in progress`]),
    ...(usd > 0 ? [`${formatUsd(usd)} today`] : []),
  ].join(' · ');
}
