/**
 * `holdfast explain` shows which target and key a request would use now and why, what is in the
 * way, and how to fix it. It sends nothing.
 */

import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { AccessError, ConfigError } from '../../errors.ts';
import { comparePlans, joinForms, judgeKeyForms } from '../../explain/doctor/config-checks.ts';
import { judgeRoutes } from '../../explain/doctor/judge-routes.ts';
import { exitOf, rankTroubles, type Trouble } from '../../explain/doctor/troubles.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import type { RulePage } from '../../explain/why/rules.ts';
import type { Warning } from '../../model/events.ts';
import { readCorpus } from '../../providers/signatures/corpus.ts';
import {
  createCommand,
  json,
  optionalText,
  type Printout,
  textOption,
  toggle,
} from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { withReadings } from '../context/readings.ts';
import { withState } from '../context/with-runtime.ts';
import { tryFixes } from '../doctor/tried-fixes.ts';
import {
  describeFailures,
  describeRoute,
  describeRulePage,
  describeTasks,
  describeWell,
  troubleLines,
} from '../terminal/plan-lines.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const params = {
  subject: optionalText(
    'subject',
    'a task, a provider, a model, the id or label of a key, a rule or a failure class',
  ),
  rule: toggle('treat the subject as a rule or a failure class'),
  gateway: textOption('url', 'the gateway to read from; default: that of this home'),
  json,
};

export const commands = {
  explain: createCommand({
    params,
    exits: { 1: 'this shell and the gateway differ', 4: 'a task cannot be answered' },
    example: 'holdfast explain title_generation',
    run: async ({ subject, rule, gateway }, context) => {
      const page = subject === undefined ? undefined : await findPage(context, subject);
      if (rule) return showPage(page ?? (await refuseRule(subject)));
      try {
        return await explainPlan(context, subject, gateway);
      } catch (error) {
        if (page === undefined || !isNoPlan(error)) throw error;
        return showPage(page);
      }
    },
  }),
};

/**
 * The name is not configured, or nothing is; it may still be a rule, which has a page without any
 * configuration.
 */
function isNoPlan(error: unknown): boolean {
  return (
    error instanceof ConfigError || (error instanceof AccessError && error.code === 'model-unknown')
  );
}

/** Prefers the plan of a running gateway, compared with this shell's; else uses this shell's. */
function explainPlan(
  context: CommandContext,
  name: string | undefined,
  gateway: string | undefined,
): Promise<Printout> {
  return withReadings(context, gateway, async ({ from, plan: ask }) => {
    const isGateway = from.kind === 'gateway';
    const here = isGateway ? undefined : await planHere(context, name);
    const plan = here?.plan ?? (await ask(name));
    const differences = isGateway ? await compareHere(context, await ask(), from.text) : [];
    const warnings = here?.warnings ?? [];
    const { forms, routes } = joinForms(judgeFormsOf(plan, warnings), judgeRoutes(plan));
    const found = rankTroubles([...routes, ...forms, ...differences]);
    const troubles = await tryFixes(context, found);
    const json = { schema: 'holdfast.explain/3', from, plan, troubles } as const;
    const out = describeRoutePlan(plan, troubles, warnings);
    return { json, out, exit: exitOf(troubles) };
  });
}

/**
 * Skips the comparison if this shell has no configuration, so that another home's gateway can still
 * be explained.
 */
async function compareHere(
  context: CommandContext,
  plan: Plan,
  where: string,
): Promise<readonly Trouble[]> {
  try {
    return comparePlans((await planHere(context)).plan, plan, where);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    context.terminal.talk(
      'not compared with this shell, whose configuration cannot be used: holdfast config check\n',
    );
    return [];
  }
}

interface PlanHere {
  readonly plan: Plan;
  readonly warnings: readonly Warning[];
}

function planHere(context: CommandContext, name?: string): Promise<PlanHere> {
  return withState(context, async (runtime, signal) => {
    const plan = await runtime.plan({ name, signal });
    return { plan, warnings: runtime.warnings() };
  });
}

/** Leaves out the keys of other routes. */
function judgeFormsOf(plan: Plan, warnings: readonly Warning[]): readonly Trouble[] {
  const keys = plan.routes.flatMap(({ targets }) => targets.flatMap((target) => target.keys));
  const shown = new Set(keys.map(({ fingerprint }) => fingerprint));
  return judgeKeyForms(
    warnings.filter(({ fingerprint }) => fingerprint !== undefined && shown.has(fingerprint)),
    plan,
  );
}

async function findPage({ host }: CommandContext, name: string): Promise<RulePage | undefined> {
  const { findRulePage } = await import('../../explain/why/rules.ts');
  return findRulePage(name, { now: host.clock.now(), recorded: () => readCorpus(host.files) });
}

async function refuseRule(name = ''): Promise<never> {
  const { ruleNames } = await import('../../explain/why/rules.ts');
  const meant = askWhetherMeant(name, ruleNames());
  throw mistake(
    `no rule is called "${name}"`,
    meant ?? 'docs/errors.md lists the classes; errors name their rule',
  );
}

function showPage(page: RulePage): Printout {
  return { json: { schema: 'holdfast.explain/3', rule: page }, out: describeRulePage(page) };
}

/** Verdict, evidence and fix come first, in at most five lines per problem. */
function describeRoutePlan(
  plan: Plan,
  troubles: readonly Trouble[],
  warnings: readonly Warning[],
): string {
  const { asked, routes, at, config } = plan;
  const also = asked === undefined || asked.also.length === 0 ? '' : nameOthers(asked);
  const verdict = troubles.length === 0 ? describeWell(plan) : troubles.map(troubleLines).join('');
  const details =
    asked === undefined
      ? describeTasks(plan)
      : routes.map((route) => describeRoute(route, at, warnings)).join('\n\n') +
        describeFailures(plan);
  return `${verdict}\n${details.trimEnd()}\n${also}\nfrom ${config}\n`;
}

function nameOthers({ name, kind, also }: NonNullable<Plan['asked']>): string {
  return `${name} is taken for a ${kind}; a ${also.join(' and a ')} has that name too\n`;
}
