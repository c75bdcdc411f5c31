/** Each credential with its state, what holds it back, and what is left of its limits. */

import type { VNode } from 'preact';
import { quoteWords } from '../../access/wording/speakers.ts';
import { describeClock, describePast } from '../../access/wording/when.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import type { CredentialState } from '../../explain/snapshot/snapshot.ts';
import type { LimitLeft } from '../../model/credential.ts';
import { now } from '../gateway.ts';
import { Command, Sign } from '../parts.tsx';
import { describeShare, describeUntil } from '../words.ts';

/** What is wrong stands first; within a state the order of use stays. */
const ranks: Readonly<Record<CredentialState['state'], number>> = {
  out: 0,
  missing: 0,
  barred: 1,
  rests: 1,
  due: 2,
  works: 3,
  untried: 4,
  brought: 4,
};

export function Keys({ credentials }: { readonly credentials: readonly CredentialState[] }): VNode {
  const sorted = credentials.toSorted((one, other) => ranks[one.state] - ranks[other.state]);
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">Keys</h2>
      <ul class="rows keys">
        {sorted.map((one) => (
          <Key key={one.id} credential={one} />
        ))}
      </ul>
      {sorted.length === 0 && <p class="none">No key is configured.</p>}
    </section>
  );
}

function Key({ credential }: { readonly credential: CredentialState }): VNode {
  const { provider, label, state, marks, left, costToday, hourly, fixes, account } = credential;
  return (
    <li data-state={state}>
      <p class="name">
        <Sign state={state} />
        <b>{provider}</b> {label}
        {account !== undefined && <small> {account}</small>}
      </p>
      <p class="state">{describeState(credential, now.value)}</p>
      <div class="limits">{left !== undefined && <Limit left={left} />}</div>
      <p class="day">
        {hourly !== undefined && <Hours counts={hourly} />}
        {costToday !== undefined && ` ${formatUsd(costToday)} today`}
      </p>
      {marks.map(({ cause, model, until, evidence }) => (
        <p class="said" key={`${cause} ${model}`}>
          {model !== undefined && <b>{model}: </b>}
          {cause}
          {until > now.value && ` until ${describeUntil(until, now.value)}`}{' '}
          <q>{quoteWords(evidence, { cause }).replace(/^"(.*)"$/s, '$1')}</q>
        </p>
      ))}
      {fixes.map((fix) => (
        <Command key={fix.text} fix={fix} />
      ))}
    </li>
  );
}

function describeState({ state, detail, marks, provenAt }: CredentialState, at: number): string {
  const [mark] = marks;
  switch (state) {
    case 'works':
      return provenAt === undefined ? 'works' : `works, ${describePast(provenAt, at)}`;
    case 'rests':
    case 'out': {
      const until = mark === undefined ? '' : describeUntil(mark.until, at);
      const word = state === 'rests' ? 'rests' : 'out';
      return until === '' ? word : `${word} until ${until}`;
    }
    case 'due':
      return 'the next request finds out';
    case 'untried':
      return 'not tried yet';
    case 'brought':
      return 'callers bring their own';
    default:
      return detail === undefined ? state : `${state}: ${detail}`;
  }
}

function Limit({ left }: { readonly left: LimitLeft }): VNode {
  const { of, share, renewsAt, asOf } = left;
  const said = `${describeShare(share)} of its ${of} left`;
  return (
    <div class="limit">
      <meter min={0} max={1} low={0.2} value={share} aria-label={said} />
      <p>
        {said}
        {renewsAt > now.value && `, renews ${describeUntil(renewsAt, now.value)}`}
        {`, said ${describeClock(asOf, now.value)}`}
      </p>
    </div>
  );
}

/** Answers in each of the last 24 hours. */
function Hours({ counts }: { readonly counts: readonly number[] }): VNode {
  const most = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <svg class="hours" viewBox="0 0 72 16" role="img" aria-label={`${total} answers in 24 hours`}>
      {counts.map((count, index) => {
        const height = count === 0 ? 0.5 : 1 + (15 * count) / most;
        return <rect key={index} x={index * 3} y={16 - height} width={2} height={height} />;
      })}
    </svg>
  );
}
