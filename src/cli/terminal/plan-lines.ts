/**
 * Describes plans, problems and rules for a terminal: the verdict comes first, then its evidence,
 * then the command to paste.
 */

import { describeLimits } from '../../access/wording/limits.ts';
import { describePast, describeWait } from '../../access/wording/when.ts';
import {
  describeKeyStanding,
  nameCause,
  namePlannedKey,
  outcomeOf,
  signOfStanding,
  signOfTask,
} from '../../explain/doctor/standing-words.ts';
import type { Trouble } from '../../explain/doctor/troubles.ts';
import type {
  ImagesPlan,
  KeyPlan,
  Plan,
  RoutePlan,
  StandingPlan,
  TargetOutcome,
  TargetPlan,
} from '../../explain/plan/plan.ts';
import type { RulePage } from '../../explain/why/rules.ts';
import type { Warning } from '../../model/events.ts';
import type { RequestRecord } from '../../model/record.ts';
import { describeVerdict, joinSteps, namedLine } from './classification-lines.ts';

/**
 * Returns at most three lines: the problem, its evidence, and its fix. ✗ is what the exit status
 * tells too, ? what nobody could look at, – what works and is worth knowing.
 */
export function troubleLines({ severity, what, evidence, fix, exit }: Trouble): string {
  const said = evidence.length === 0 ? '' : `  ${evidence.join('; ')}\n`;
  const command = fix?.command === undefined ? '' : `: ${fix.command}`;
  const fixed = fix === undefined ? '' : `  → ${fix.text}${command}\n`;
  const mild = severity === 'unknown' ? '?' : '–';
  return `${exit === 0 ? mild : '✗'} ${what}\n${said}${fixed}`;
}

/** Returns one line per task, and a single line for all tasks that use the route of `main`. */
export function describeTasks(plan: Plan): string {
  const { routes, tasksOff, tasksAsMain = [] } = plan;
  const width = Math.max(
    ...[...routes.map(({ task }) => task), ...tasksOff].map(({ length }) => length),
  );
  const lines = routes.map(
    (route) =>
      `${signOfTask(route, outcomeOf(plan, route.task))} ${route.task.padEnd(width)}  ${describeChain(route)}`,
  );
  const off = tasksOff.map((task) => `  ${task.padEnd(width)}  switched off`);
  const asMain =
    tasksAsMain.length === 0 ? [] : [`  on main's route too: ${tasksAsMain.join(', ')}`];
  return `${[...lines, ...off, ...asMain].join('\n')}\n`;
}

/**
 * Formats `xiaomi/mimo → deepseek/flash`, and names the target that is asked first if it is not the
 * first.
 */
export function describeChain({ targets, next, budget }: RoutePlan): string {
  const chain = targets.map(({ id }) => id).join(' → ');
  if (budget !== undefined) return `${chain}; ${budget.text}`;
  if (next === undefined && targets.some(({ standing }) => standing.state === 'brought'))
    return `${chain}; by a login that the caller brings`;
  if (next === undefined) return `${chain}; no model can be asked now`;
  return next.target === targets[0]?.id ? chain : `${chain}; now ${next.target}`;
}

/** Describes one route with all its keys. */
export function describeRoute(
  route: RoutePlan,
  now: number,
  warnings: readonly Warning[] = [],
): string {
  const hidden = warnings.filter(({ over }) => over !== undefined);
  const targets = route.targets.map((target, index) =>
    describeTargetPlan(target, { order: index + 1, now, hidden }),
  );
  return [`${route.task}: ${describeChain(route)}`, ...targets].join('\n');
}

/** Formats `failed 3 s ago (timeout), 6 in a row`. */
export function describeMiss(last: RequestRecord, inARow: number, now: number): string {
  const often = inARow > 1 ? `, ${inARow} in a row` : '';
  return `${last.outcome} ${describePast(last.at, now)} (${nameCause({ last }) ?? 'unknown'})${often}`;
}

/**
 * How a target stands with this key. One that is not held back stands as its last request did.
 */
function describeAsked(
  standing: StandingPlan & Pick<Partial<KeyPlan>, 'fingerprint'>,
  { outcome }: Pick<TargetPlan, 'outcome'>,
  now: number,
): { readonly sign: string; readonly text: string } {
  const told = { sign: signOfStanding(standing), text: describeKeyStanding(standing, now) };
  const { state, provenAt, fingerprint } = standing;
  const newest = outcome?.refused ?? outcome?.last;
  if (outcome === undefined || newest === undefined) return told;
  if (state !== 'untried' && state !== 'works') return told;
  const used = newest.attempts.at(-1)?.fingerprint;
  if (fingerprint !== undefined && used !== fingerprint) return told;
  const isFailed = outcome.refused !== undefined || outcome.inARow > 0;
  if (!isFailed)
    return state === 'works'
      ? told
      : { sign: '✓', text: `answered ${describePast(newest.at, now)}` };
  const before = provenAt === undefined ? '' : `${told.text}; `;
  const { sign = told.sign, text } = describeFailing(outcome, newest, now);
  return { sign, text: `${before}${text}` };
}

/** A request that was refused for its own sake leaves the sign as it is. */
function describeFailing(
  { refused, state, inARow, why }: TargetOutcome,
  newest: RequestRecord,
  now: number,
): { readonly sign?: string; readonly text: string } {
  if (refused !== undefined) return { text: describeMiss(refused, 1, now) };
  const text = `${describeMiss(newest, inARow, now)}${why === undefined ? '' : `; ${why}`}`;
  return state === 'failed' ? { sign: '✗', text } : { text };
}

interface TargetPlace {
  readonly order: number;
  readonly now: number;
  /** Tell which key is used before another one. */
  readonly hidden: readonly Warning[];
}

function describeTargetPlan(target: TargetPlan, { order, now, hidden }: TargetPlace): string {
  const { id, named, reason, baseUrl, keys, standing, unlisted, images } = target;
  const why = named === undefined ? reason : `${named.key}, ${named.source}`;
  const need = standing.state === 'missing' ? '' : 'no key is needed; ';
  const { sign, text } = describeAsked(standing, target, now);
  const lone = `     ${sign} ${need}${text}`;
  const rows =
    keys.length === 0
      ? [lone]
      : keys.flatMap((key) => [
          ...describeKeyPlan(key, target, now),
          ...listHidden(key, keys, hidden),
        ]);
  const more = unlisted === undefined ? [] : [`       and ${unlisted} more keys`];
  return [
    `  ${order}  ${id}  (${why})  ${baseUrl}`,
    ...rows,
    ...more,
    ...describeImages(images, now),
  ].join('\n');
}

/** Returns nothing if it is unknown whether the model sees images: then it gets them. */
function describeImages(
  { seen, source, learnedAt, instead }: ImagesPlan,
  now: number,
): readonly string[] {
  if (seen === 'unknown') return [];
  if (seen === 'yes') return [`       sees images (${source})`];
  const when = learnedAt === undefined ? '' : ` ${describePast(learnedAt, now)}`;
  return [`       sees no images (${source}${when}); ${instead}`];
}

function describeKeyPlan(key: KeyPlan, target: TargetPlan, now: number): readonly string[] {
  const { label, alsoAt, shadowedBy } = key;
  const also = alsoAt.length === 0 ? '' : `, also ${alsoAt.join(', ')}`;
  const behind =
    shadowedBy === undefined
      ? []
      : [`       behind the key in ${shadowedBy}, whose source comes first`];
  const late = key.late === undefined ? [] : [key.late];
  const limits = [...late, ...describeLimits(key, now)].map((line) => `       ${line}`);
  const { sign, text } = describeAsked(key, target, now);
  const isNowhere = key.state === 'missing' || key.state === 'brought';
  const place = isNowhere ? '' : `${namePlannedKey(key)}${also}; `;
  return [`     ${sign} ${label}: ${place}${text}`, ...limits, ...behind];
}

/** What a key hides, if that has no line of its own. */
function listHidden(
  { fingerprint }: KeyPlan,
  keys: readonly KeyPlan[],
  hidden: readonly Warning[],
): readonly string[] {
  return hidden
    .filter(({ over }) => over === fingerprint)
    .filter((warning) => !keys.some((key) => key.fingerprint === warning.fingerprint))
    .map(({ text, what = text }) => `       ${what}`);
}

export function describeRulePage(page: RulePage): readonly string[] {
  const { name, says, reads, examples, rules = [], source, verdict } = page;
  return [
    `${name} is ${says}`,
    ...reads.map((read) => namedLine('reads', read)),
    ...examples.map((example) => namedLine('such as', example)),
    ...(source === undefined ? [] : [namedLine('seen', source)]),
    ...describeVerdict(verdict),
    ...(rules.length === 0 ? [] : [namedLine('rules', rules.join(', '))]),
  ];
}

/**
 * Says what would happen if the first target failed. Of several routes, only the first is
 * described.
 */
export function describeFailures({ routes }: Plan): string {
  const failing = routes[0]?.failing;
  if (failing === undefined) return '';
  const rows = failing.failures.map(({ met, class: failureClass, steps, mark }) => {
    const often =
      mark !== undefined && mark.afterInARow > 1 ? ` after ${mark.afterInARow} in a row` : '';
    const held = mark === undefined ? '' : `; held back for ${describeWait(mark.forMs)}${often}`;
    return `     ${met.padEnd(12)} ${failureClass}: ${joinSteps(steps)}${held}`;
  });
  return [`\n\nif ${failing.target} failed now:`, ...rows].join('\n');
}

/** The report if nothing is wrong: the target that is asked first, and its state. */
export function describeWell({ routes, asked, at }: Plan): string {
  const [route] = routes;
  const first = route?.failing ?? route?.next;
  const target = route?.targets.find(({ id }) => id === first?.target);
  if (asked === undefined || target === undefined)
    return 'every task can be answered, as far as is known\n';
  const key = target.keys.find(({ id }) => id === first?.key);
  const by = key === undefined ? '' : ` with ${namePlannedKey(key)}`;
  return `${asked.name}: ${target.id} is asked first${by}; ${describeAsked(key ?? target.standing, target, at).text}\n`;
}
