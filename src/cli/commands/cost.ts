/** `holdfast cost` shows usage and cost by caller, task, target, day, session or sub-agent. */

import { describeBudgetStanding } from '../../access/spending/wording.ts';
import { escapeControls } from '../../access/wording/escape-controls.ts';
import type { Counts } from '../../cost/add-rows.ts';
import { describeSum } from '../../cost/format-usd.ts';
import {
  type CostGroup,
  type CostReport,
  type Grouping,
  groupings,
  reportCost,
} from '../../cost/report.ts';
import { rowsOfRecords } from '../../cost/rows-of-records.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import { recordLimit } from '../../store/policy.ts';
import type { RecordQuery } from '../../store/store.ts';
import { choice, createCommand, json, textOption } from '../context/command.ts';
import type { Readings } from '../context/gateway-readings.ts';
import { withReadings } from '../context/readings.ts';
import { since } from '../context/since.ts';

const params = {
  by: choice('what', 'group the sums by', { choices: groupings, default: 'target' }),
  since,
  caller: textOption('name', 'only what this caller used'),
  task: textOption('name', 'only what this task used'),
  session: textOption('id', 'only what this session of an agent used'),
  gateway: textOption('url', 'the gateway to read from; default: that of this home'),
  json,
};

/** Reports cover 30 days by default. */
const defaultMs = 30 * 24 * 3_600_000;

export const commands = {
  cost: createCommand({
    params,
    example: 'holdfast cost --by caller',
    run: (asked, context) =>
      withReadings(context, asked.gateway, async (readings) => {
        const { by, caller, task, session } = asked;
        const now = context.host.clock.now();
        const first = asked.since?.(now) ?? now - defaultMs;
        const query = { since: first, caller, task };
        const isOfRecords = session !== undefined || by === 'session' || by === 'agent';
        const rows = isOfRecords
          ? rowsOfRecords(await readRecords(readings, { ...query, session }))
          : await readings.usage(query);
        const report = reportCost(rows, by);
        const isNarrow = [caller, task, session].some((filter) => filter !== undefined);
        const budgets = isNarrow ? [] : await readings.budgets();
        const day = new Date(first).toISOString().slice(0, 10);
        const facts = { from: readings.from, since: day, by, ...report, budgets };
        const costs = describeCosts(report, { by, day });
        const remark = isOfRecords && report.total.requests > 0 ? ofRecords : '';
        return {
          json: { schema: 'holdfast.cost/2', ...facts },
          out: escapeControls(`${costs}${remark}${describeBudgets(budgets, now)}`),
        };
      }),
  }),
};

const ofRecords = `  Added up from the records that are kept: the newest ${formatNumber(recordLimit)}, and as many with trouble.\n`;

/** A page of the admin API has at most this many. */
const pageLength = 1000;

async function readRecords(
  readings: Readings,
  query: Omit<RecordQuery, 'limit'>,
): Promise<readonly RequestRecord[]> {
  const found = new Map<string, RequestRecord>();
  for (let until: number | undefined; ; ) {
    const page = await readings.records({ ...query, until, limit: pageLength });
    const known = found.size;
    for (const record of page) found.set(record.id, record);
    const last = page.at(-1);
    if (page.length < pageLength || found.size === known || last === undefined)
      return [...found.values()];
    until = last.at + 1; // others may have begun at the same time
  }
}

function describeCosts(
  { total, groups, discarded, unpricedTargets }: CostReport,
  { by, day }: { readonly by: Grouping; readonly day: string },
): string {
  if (total.requests === 0) return `Nothing has been used since ${day}.\n`;
  const lines = [
    `${describeTotal(total)} since ${day} (UTC): ${describeCounts(total)}.`,
    ...groups.map((group) => describeGroup(group, by)),
  ];
  if (discarded.requests > 0)
    lines.push(
      `  ${describeSum(discarded)} of it paid for attempts without an answer: ${describeCounts(discarded)}.`,
    );
  if (total.unpriced > 0)
    lines.push(
      `  No price known for ${unpricedTargets.slice(0, 3).join(', ')}, or it reported no usage: ${countRequests(total.unpriced)} not in these sums.`,
      `  To fix: write under prices: in the configuration ${unpricedTargets[0]}: {input: …, output: …}, in USD for a million tokens (docs/cost.md)`,
    );
  return `${lines.join('\n')}\n`;
}

const nameless: Readonly<Record<Grouping, string>> = {
  caller: 'callers without a name',
  session: 'no session named',
  agent: 'main agents, and callers that name none',
  task: 'unknown',
  target: 'unknown',
  day: 'unknown',
};

function describeGroup(group: CostGroup, by: Grouping): string {
  return `  ${describeSum(group).padStart(9)}  ${group.name === '' ? nameless[by] : group.name}: ${describeCounts(group)}`;
}

function describeCounts({ requests, inputTokens, outputTokens, cachedTokens }: Counts): string {
  const share = inputTokens === 0 ? 0 : Math.round((100 * cachedTokens) / inputTokens);
  const cached = share === 0 ? '' : ` (${share} % from a cache)`;
  return `${countRequests(requests)}, ${formatNumber(inputTokens)} tokens in${cached}, ${formatNumber(outputTokens)} out`;
}

function describeTotal(total: Counts): string {
  if (total.usd > 0) return describeSum(total);
  return total.unpriced > 0
    ? 'No price is known of what was used'
    : 'Nothing was billed by the token';
}

function describeBudgets(budgets: readonly BudgetStanding[], now: number): string {
  if (budgets.length === 0) return '';
  return `Budgets:\n${budgets.map((one) => `  ${describeBudgetStanding(one, now)}\n`).join('')}`;
}

function countRequests(count: number): string {
  return `${formatNumber(count)} request${count === 1 ? '' : 's'}`;
}

function formatNumber(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
