/** The view *Cost*: what was used and paid, by whom and where, and what the budgets have left. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { describeBudgetStanding } from '../../access/spending/wording.ts';
import type { Counts } from '../../cost/add-rows.ts';
import { describeSum } from '../../cost/format-usd.ts';
import { type Grouping, reportCost } from '../../cost/report.ts';
import { rowsOfRecords } from '../../cost/rows-of-records.ts';
import { countNoun } from '../../explain/why/wording.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageRow } from '../../model/usage.ts';
import { useAnswer } from '../answers.ts';
import { now } from '../gateway.ts';
import { Choice, Problem } from '../parts.tsx';

const dayMs = 86_400_000;
const spans: readonly (readonly [string, number])[] = [
  ['today', 0],
  ['7 days', 6],
  ['30 days', 29],
];
const groupings: readonly Grouping[] = ['target', 'caller', 'task', 'day', 'agent'];

/** Sums are asked for again each half minute. */
const everyMs = 30_000;

export function Cost(): VNode {
  const days = useSignal(0);
  const by = useSignal<Grouping>('target');
  const turn = Math.floor(now.value / everyMs);
  const since = Math.floor(now.value / dayMs - days.value) * dayMs;
  const isOfRecords = by.value === 'agent';
  const { value, problem } = useAnswer(
    isOfRecords ? `/admin/records?limit=1000&since=${since}` : `/admin/usage?since=${since}`,
    isOfRecords ? parseRecords : parseUsage,
    turn,
  );
  const report = value === undefined ? undefined : reportCost(value, by.value);
  return (
    <>
      <Budgets turn={turn} />
      <section aria-labelledby="cost">
        <h2 id="cost">Cost</h2>
        <p class="choices">
          {spans.map(([name, count]) => (
            <Choice key={name} is={days.value === count} choose={() => (days.value = count)}>
              {name}
            </Choice>
          ))}
          <span class="why">by</span>
          {groupings.map((name) => (
            <Choice key={name} is={by.value === name} choose={() => (by.value = name)}>
              {name === 'agent' ? 'sub-agent' : name}
            </Choice>
          ))}
        </p>
        {problem !== undefined && <Problem text={problem} />}
        {report !== undefined && (
          <>
            <p class="lead">
              {describeSum(report.total)} <small>{listCounts(report.total).join(' · ')}</small>
            </p>
            <ul class="rows costs">
              {report.groups.map((group) => (
                <Group key={group.name} name={group.name} counts={group} of={report.total} />
              ))}
            </ul>
            {report.discarded.requests > 0 && (
              <p class="none">
                Of it without an answer: {describeSum(report.discarded)} ·{' '}
                {listCounts(report.discarded).join(' · ')}
              </p>
            )}
            {isOfRecords && <p class="none">Added up from the latest 1,000 records.</p>}
          </>
        )}
      </section>
    </>
  );
}

function parseUsage(body: unknown): readonly UsageRow[] {
  return (body as { usage: readonly UsageRow[] }).usage;
}

function parseRecords(body: unknown): readonly UsageRow[] {
  return rowsOfRecords((body as { records: readonly RequestRecord[] }).records);
}

function Group({
  name,
  counts,
  of,
}: {
  readonly name: string;
  readonly counts: Counts;
  readonly of: Counts;
}): VNode {
  const share = of.usd > 0 ? counts.usd / of.usd : counts.requests / Math.max(1, of.requests);
  return (
    <li>
      <p class="name">{name || 'none named'}</p>
      <p class="day">{describeSum(counts)}</p>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width={100} height={4} />
        <rect data-state="idle" width={100 * share} height={4} />
      </svg>
      {listCounts(counts).map((count) => (
        <p class="day" key={count}>
          {count}
        </p>
      ))}
    </li>
  );
}

function listCounts({
  requests,
  inputTokens,
  outputTokens,
  cachedTokens,
}: Counts): readonly string[] {
  const share = inputTokens === 0 ? 0 : Math.round((100 * cachedTokens) / inputTokens);
  const [input, output] = [inputTokens, outputTokens].map((count) => count.toLocaleString('en-US'));
  return [countNoun(requests, 'request'), `${input} → ${output} tokens`, `${share} % cached`];
}

function parseBudgets(body: unknown): readonly BudgetStanding[] {
  return (body as { budgets: readonly BudgetStanding[] }).budgets;
}

function Budgets({ turn }: { readonly turn: number }): VNode | null {
  const { value = [], problem } = useAnswer('/admin/budgets', parseBudgets, turn);
  if (problem !== undefined) return <Problem text={problem} />;
  if (value.length === 0) return null;
  return (
    <section aria-labelledby="budgets">
      <h2 id="budgets">Budgets</h2>
      <ul class="rows budgets">
        {value.map((one) => (
          <li key={`${one.of} ${one.per} ${one.unit}`}>
            <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width={100} height={4} />
              <rect
                data-state="idle"
                width={Math.min(100, (100 * (one.spent + one.held)) / one.limit)}
                height={4}
              />
              <rect
                data-state={one.spent >= one.limit ? 'failed' : 'answered'}
                width={Math.min(100, (100 * one.spent) / one.limit)}
                height={4}
              />
            </svg>
            <p>{describeBudgetStanding(one, now.value)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
