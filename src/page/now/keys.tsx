/** Each credential with its state, what holds it back, and what is left of its limits. */

import type { VNode } from 'preact';
import { classOrStatus } from '../../access/wording/by-status.ts';
import { isSaid } from '../../access/wording/speakers.ts';
import { describePast } from '../../access/wording/when.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import type { KeyMark } from '../../diagnostics/key-report.ts';
import type { CredentialState } from '../../explain/snapshot/snapshot.ts';
import { now } from '../gateway.ts';
import { Command, Sign } from '../parts.tsx';
import { linkTo } from '../route.ts';
import { describeUntil } from '../words.ts';
import { Limits } from './limits.tsx';

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
  const rankOf = (one: CredentialState): number =>
    listHeldModels(one, now.value).length > 0 ? ranks.rests : ranks[one.state];
  const sorted = credentials.toSorted((one, other) => rankOf(one) - rankOf(other));
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
  const { id, provider, label, state, marks, windows, logins = [] } = credential;
  const { costToday, hourly, fixes, detail } = credential;
  return (
    <li data-state={state}>
      <p class="name">
        <Sign state={signOf(credential, now.value)} />
        <a href={linkTo('keys', id)}>
          <b>{provider}</b> {label}
        </a>
      </p>
      <p class="state">{describeState(credential, now.value)}</p>
      <div class="more">
        <Limits limits={windows} />
        {logins.map(({ account, windows: own }) => (
          <div key={account}>
            <small>{account}</small>
            <Limits limits={own} />
          </div>
        ))}
        {marks.map((mark) => (
          <Held
            key={`${mark.cause} ${mark.model} ${mark.operation}`}
            mark={mark}
            isEndTold={marks.length === 1}
          />
        ))}
        <Oddities credential={credential} />
        {state === 'missing' && <p class="said">{detail}</p>}
        {fixes.map((fix) => (
          <Command key={fix.text} fix={fix} />
        ))}
      </div>
      <p class="day">
        {costToday !== undefined && `${formatUsd(costToday)} today `}
        {hourly !== undefined && <Hours counts={hourly} />}
      </p>
    </li>
  );
}

/** What is odd about a key, or where one comes from that is held back. */
function Oddities({
  credential: { marks, origin, oddities },
}: {
  readonly credential: CredentialState;
}): VNode {
  const isHeld = marks.length > 0 && oddities.length === 0;
  return (
    <>
      {oddities.map((text) => (
        <p class="said" key={text}>
          {text}
        </p>
      ))}
      {isHeld && <p class="said">it comes from {origin}</p>}
    </>
  );
}

/** The marks of a key that is free for other models, that which ends first before the others. */
function listHeldModels({ state, marks }: CredentialState, at: number): readonly KeyMark[] {
  if (state !== 'works' && state !== 'untried') return [];
  return marks.filter(({ until }) => until > at).toSorted((one, other) => one.until - other.until);
}

/** A key that is held back for some models only is not told as one that works. */
export function signOf(credential: CredentialState, at: number): string {
  return listHeldModels(credential, at).length > 0 ? 'rests' : credential.state;
}

export function describeState(credential: CredentialState, at: number): string {
  const { state, detail, marks } = credential;
  const [mark] = marks;
  switch (state) {
    case 'works':
    case 'untried':
      return describeFree(credential, at);
    case 'rests':
    case 'out': {
      const until = mark === undefined ? '' : describeUntil(mark.until, at);
      if (until === '') return state;
      return mark?.endSetBy === 'provider' && (mark.namedUntil ?? 0) <= mark.until
        ? `${state} until ${until}`
        : `${state} · next try ${until}`;
    }
    case 'due':
      return 'the next request finds out';
    case 'brought':
      return 'callers bring their own login';
    case 'barred':
      return `not used here: ${detail ?? ''}`;
    default:
      return state;
  }
}

function describeFree(credential: CredentialState, at: number): string {
  const { state, provenAt } = credential;
  const held = listHeldModels(credential, at);
  const [first] = held;
  if (first !== undefined) {
    const how = state === 'works' ? 'works without' : 'rests for';
    const models = held.length === 1 ? first.model : `${held.length} models`;
    return `${how} ${models ?? 'some'} until ${describeUntil(first.until, at)}`;
  }
  if (state === 'untried') return 'not tried yet';
  return provenAt === undefined ? 'works' : `works, ${describePast(provenAt, at)}`;
}

/** What holds a key back, or some of its models, in the provider's words where it said some. */
export function Held({
  mark,
  isEndTold = false,
}: {
  readonly mark: KeyMark;
  /** The end stands beside it already. */
  readonly isEndTold?: boolean;
}): VNode {
  const { cause, model, until, endSetBy, namedUntil, evidence, speaker } = mark;
  const isOpen = until > now.value;
  return (
    <p class="said">
      {model !== undefined && `${model} `}
      {model !== undefined && isOpen && !isEndTold && `until ${describeUntil(until, now.value)} `}
      <span class="cause">{classOrStatus(cause, speaker)}</span>{' '}
      {isSaid({ cause, speaker }) ? <q>{evidence}</q> : evidence}
      {isOpen &&
        endSetBy === 'provider' &&
        (namedUntil === undefined
          ? ' (the provider says until when)'
          : ` (the provider named ${describeUntil(namedUntil, now.value)}${namedUntil > until ? '; we ask again before' : ''})`)}
    </p>
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
