/** What ended last: failed and rescued requests first, and why. */

import type { VNode } from 'preact';
import { describeClock } from '../../access/wording/when.ts';
import { toLate } from '../../explain/snapshot/recent-activity.ts';
import type { LateRequest } from '../../explain/snapshot/snapshot.ts';
import { describeSpan } from '../../explain/why/wording.ts';
import type { RequestRecord } from '../../model/record.ts';
import { now } from '../gateway.ts';
import { Sign } from '../parts.tsx';
import { linkTo } from '../route.ts';

/** Of each list. */
const shown = 12;

/** An answer of `GET /admin/records`. */
export function parseLate(body: unknown): readonly LateRequest[] {
  return (body as { records: readonly RequestRecord[] }).records.map(toLate);
}

export function Late({ recent }: { readonly recent: readonly LateRequest[] }): VNode {
  const troubles = recent.filter(isTrouble);
  const plain = recent.filter((one) => !isTrouble(one));
  return (
    <>
      <List id="rescued" title="Rescued and failed" none="None." of={troubles} />
      <List id="answered" title="Answered" none="None yet." of={plain} />
    </>
  );
}

function isTrouble({ outcome, rescuedFrom }: LateRequest): boolean {
  return outcome === 'failed' || outcome === 'broken' || rescuedFrom !== undefined;
}

function List({
  id,
  title,
  none,
  of,
}: {
  readonly id: string;
  readonly title: string;
  readonly none: string;
  readonly of: readonly LateRequest[];
}): VNode {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Requests of={of.slice(0, shown)} />
      {of.length === 0 && <p class="none">{none}</p>}
    </section>
  );
}

export function Requests({ of }: { readonly of: readonly LateRequest[] }): VNode {
  return (
    <ul class="rows late">
      {of.map((one) => (
        <Ended key={one.id} request={one} />
      ))}
    </ul>
  );
}

/** Returns `b/model instead of a/model`; empty where nobody answered. */
export function describeAnswer({ answeredBy, insteadOf = answeredBy }: LateRequest): string {
  if (answeredBy === undefined) return '';
  return insteadOf === answeredBy ? answeredBy : `${answeredBy} instead of ${insteadOf}`;
}

const words: Readonly<Record<LateRequest['outcome'], string>> = {
  answered: '',
  broken: 'broke off',
  failed: 'not answered',
  'client-gone': 'left by its caller',
};

function Ended({ request }: { readonly request: LateRequest }): VNode {
  const { id, at, caller = 'unknown', asked, outcome, rescuedFrom, ms } = request;
  const happy = rescuedFrom === undefined ? 'answered' : 'rests';
  const state = outcome === 'failed' || outcome === 'broken' ? 'failed' : happy;
  return (
    <li data-state={state}>
      <p class="when">
        <Sign state={state} />
        <time>{describeClock(at, now.value)}</time>
      </p>
      <p class="who">
        <b>{caller}</b>
      </p>
      <p class="way">{[asked, describeAnswer(request)].filter(Boolean).join(' → ')}</p>
      <p class="state">
        {[rescuedFrom ?? words[outcome], describeSpan(ms)].filter(Boolean).join(', ')}
      </p>
      <p class="day">
        <a href={linkTo('request', id)} aria-label={`why ${id}`}>
          why
        </a>
      </p>
    </li>
  );
}
