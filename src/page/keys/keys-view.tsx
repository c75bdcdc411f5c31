/** The view *Keys*: where each secret is read, what hides it, its marks, a reset and a test. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { describeClock, describePast } from '../../access/wording/when.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import type { KeyMark } from '../../diagnostics/key-report.ts';
import type { CredentialState, Snapshot } from '../../explain/snapshot/snapshot.ts';
import { countNoun } from '../../explain/why/wording.ts';
import { describeProblem } from '../answers.ts';
import { ask } from '../browser.ts';
import { now } from '../gateway.ts';
import { describeState, Held, signOf } from '../now/keys.tsx';
import { Limits } from '../now/limits.tsx';
import { Command, Sign } from '../parts.tsx';
import { TestKey } from './test-key.tsx';

/** `of`: the id of the one key that is shown first. */
export function KeysView({
  snapshot,
  of,
}: {
  readonly snapshot: Snapshot;
  readonly of: string;
}): VNode {
  const sorted = snapshot.credentials.toSorted(
    (one, other) => Number(other.id === of) - Number(one.id === of),
  );
  return (
    <>
      {sorted.map((one) => (
        <Key key={one.id} credential={one} />
      ))}
    </>
  );
}

function Key({ credential }: { readonly credential: CredentialState }): VNode {
  const { id, provider, label, state, marks, windows = [], fixes } = credential;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {provider} {label}
      </h2>
      <p class="lead">
        <Sign state={signOf(credential, now.value)} />
        {describeState(credential, now.value)}
      </p>
      <dl>
        {listFacts(credential).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Limits limits={windows} />
      {marks.map((mark) => (
        <div key={`${mark.cause} ${mark.model} ${mark.operation}`}>
          <Held mark={mark} />
          <p class="none">{describeMark(mark, now.value)}</p>
        </div>
      ))}
      <Reset id={id} isHeld={marks.length > 0} />
      {state !== 'missing' && state !== 'brought' && <TestKey id={id} provider={provider} />}
      {fixes.map((fix) => (
        <Command key={fix.text} fix={fix} />
      ))}
    </section>
  );
}

function listFacts({
  origin,
  source,
  shadowedBy,
  fingerprint,
  account,
  provenAt,
  costToday,
}: CredentialState): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['found in', `${origin} (${source})`],
    ['hidden by', shadowedBy],
    ['fingerprint', fingerprint],
    ['account', account],
    ['last worked', provenAt === undefined ? 'not known' : describePast(provenAt, now.value)],
    ['today', costToday === undefined ? undefined : formatUsd(costToday)],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function describeMark({ covers, since, operation }: KeyMark, at: number): string {
  const what = operation === undefined ? '' : `, for ${operation} only`;
  return `since ${describeClock(since, at)}, holds back the ${covers}${what}`;
}

/** Ends what holds the key back; the next request finds out. */
function Reset({ id, isHeld }: { readonly id: string; readonly isHeld: boolean }): VNode | null {
  const said = useSignal('');
  const reset = async (): Promise<void> => {
    said.value = '…';
    const answer = await ask('/admin/reset', { posted: { name: id } });
    said.value =
      answer.status === 200
        ? `${countNoun(parseEnded(answer.body), 'mark')} ended; the next request asks it`
        : describeProblem(answer);
  };
  if (!isHeld && said.value === '') return null;
  return (
    <p class="fix">
      <button type="button" onClick={() => void reset()} aria-label={`reset ${id}`}>
        reset
      </button>
      <span class="why" role="status">
        {said.value || 'ask it again before that end'}
      </span>
    </p>
  );
}

function parseEnded(body: unknown): number {
  return (body as { ended: readonly unknown[] }).ended.length;
}
