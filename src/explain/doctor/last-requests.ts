/**
 * Reports tasks whose last request was not answered, from its record: what happened, in whose
 * words, how to fix it, and who could answer in its place.
 * Targets that fail while others answer have one line each. Pure.
 */

import { fixEmpty } from '../../access/report/ended.ts';
import { moreTime } from '../../access/report/limit-fixes.ts';
import { fixAddress } from '../../access/report/unreached.ts';
import { longerTimeout, taskTimeoutRule } from '../../access/tasks/task-time.ts';
import { describePast } from '../../access/wording/when.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import { usualTimeout } from '../../model/defaults.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
import type { AttemptRecord, RequestRecord } from '../../model/record.ts';
import { isLost, targetsOf } from '../plan/create-plan.ts';
import { rowOf } from '../plan/outcomes.ts';
import type { Plan, RoutePlan, TargetOutcome, TargetPlan, TaskOutcome } from '../plan/plan.ts';
import { describeEnd } from '../why/verdict.ts';
import { listEvidence, type RefusalWords } from './standing-words.ts';
import { createTrouble, type Trouble } from './troubles.ts';

const attemptLimit = 12;

/** Leaves out tasks that cannot be asked at all: their route says why. */
export function judgeLastRequests(plan: Plan): readonly Trouble[] {
  const shut = new Set(plan.routes.flatMap(({ task, isUsable }) => (isUsable ? [] : [task])));
  const ofTasks = (plan.outcomes ?? []).flatMap((outcome): readonly Trouble[] => {
    const { task, state, last, refused, why = '' } = outcome;
    const { at = 0 } = refused ?? last ?? {};
    if (at < plan.at - dayMs || shut.has(task)) return [];
    if (state === 'failed' && last) return [describeFailed(plan, outcome, last)];
    if (refused) return [tellRefused(plan, task, refused)];
    if (outcome.inARow === 0 || last === undefined) return [];
    const what = `${task} failed ${describePast(endOf(last), plan.at)}; ${why}`;
    const fix = { text: 'see whether it is answered now', command: askLine(task) };
    return [createTrouble('unknown', what, { fix })];
  });
  return [...ofTasks, ...judgeTargets(plan)];
}

/** It decides nothing, and is no check that passed either. */
function tellRefused(plan: Plan, task: string, last: RequestRecord): Trouble {
  const { often, evidence } = tellFailed(plan, { inARow: 1 }, last);
  const [text] = last.fixes ?? [];
  const what = `${task} was refused a request: ${describeEnd(last)} (${often})`;
  return createTrouble('unknown', what, { evidence, fix: text ? { text } : undefined });
}

/** Targets that are asked, and go on failing, while others answer or nobody waited for the end. */
function judgeTargets(plan: Plan): readonly Trouble[] {
  const told = (plan.outcomes ?? []).flatMap(({ state, last }) =>
    state === 'failed' && last ? last.attempts : [],
  );
  const targets = new Map(targetsOf(plan).map((target) => [target.id, target]));
  return [...targets.values()].flatMap(({ id, standing, outcome }) => {
    const { last } = outcome ?? {};
    if (outcome?.state !== 'failed' || last === undefined) return [];
    if (isLost(standing) || standing.state === 'rests') return [];
    if (told.some(({ target }) => target === id)) return [];
    const { miss, often, evidence } = tellFailed(plan, outcome, last);
    const [said] = last.fixes ?? [];
    const ask = shellLine`holdfast ask --alone --model ${id} hello`;
    const fix =
      fixPlace(plan, miss) ??
      (said === undefined ? { text: 'see whether it answers now', command: ask } : { text: said });
    const what = `${describeEnd(last)} (${often})`;
    return isAlone(plan, id)
      ? createTrouble('broken', what, { evidence, fix, exit: 4 })
      : createTrouble('odd', `${what}; others answer in its place`, { evidence, fix, exit: 0 });
  });
}

/** No other target of its routes can be asked: its caller left before an answer came. */
function isAlone({ routes }: Plan, id: string): boolean {
  return !routes
    .map(({ targets }) => targets.filter((one) => one.id === id || !isLost(one.standing)))
    .some((left) => left.length > 1 && left.some((one) => one.id === id));
}

const dayMs = 24 * 60 * 60_000;

function endOf({ at, durationMs }: RequestRecord): number {
  return at + durationMs;
}

function describeFailed(plan: Plan, outcome: TaskOutcome, last: RequestRecord): Trouble {
  const { miss, often, evidence } = tellFailed(plan, outcome, last);
  const what = `${outcome.task} is not answered: ${describeEnd(last)} (${often})`;
  return createTrouble('broken', what, { evidence, fix: findFix(plan, outcome, miss), exit: 4 });
}

/** Says what it met, when, and how often in a row. */
function tellFailed(
  { at: now }: Plan,
  { inARow }: Pick<TargetOutcome, 'inARow'>,
  last: RequestRecord,
): Pick<Trouble, 'evidence'> & { readonly miss: Missed | undefined; readonly often: string } {
  const before = inARow > 2 ? `were ${inARow - 1}` : 'was one';
  const also = inARow > 1 ? `, as ${before} before it` : '';
  const miss = last.attempts.findLast((one): one is Missed => one.failure !== undefined);
  const skip = last.skipped.find(({ cause }) => cause === 'held-back');
  const refused = miss
    ? refusalOf(miss)
    : skip && { ...skip, evidence: skip.summary, cause: skip.heldFor };
  const said = refused ? listEvidence(refused, now, (miss ?? skip)?.target) : [];
  const often = `the last request ${describePast(endOf(last), now)}${also}`;
  return { miss, often, evidence: [...said, shellLine`holdfast why ${last.id}`] };
}

type Missed = AttemptRecord & { readonly failure: NonNullable<AttemptRecord['failure']> };

function refusalOf({ status, startedAt: since, heldBack, failure }: Missed): RefusalWords {
  const { class: cause, speaker, message: evidence } = failure;
  return { status, since, ...heldBack, cause, speaker, evidence };
}

/** Prefers a command for this machine; else the fixes that the request itself has found. */
function findFix(plan: Plan, outcome: TaskOutcome, miss: Missed | undefined): Fix {
  const { task, timeoutMs, last } = outcome;
  const silent = rowOf(miss?.failure.class)?.isSilence;
  if (silent && timeoutMs !== undefined && isCutShort(miss, task, timeoutMs))
    return giveTime(task, timeoutMs);
  if ((last?.attempts ?? []).filter(({ isProbe }) => isProbe !== true).length >= attemptLimit)
    return {
      text: 'what refused is held back now, so the next request begins with the others',
      command: askLine(task),
    };
  if (miss?.failure.class === 'context-overflow')
    return askAnother(plan, task, 'let a model with a larger context window answer');
  const address = fixPlace(plan, miss);
  if (address !== undefined) return address;
  const [first = fixEmpty(last)] = last?.fixes ?? [];
  if (first === undefined || (silent && !first.startsWith(moreTime)))
    return askAnother(plan, task, 'let another answer');
  return { text: first };
}

/** The task has less time than usual, and that ended the attempt; or its limit itself did. */
function isCutShort(miss: Missed | undefined, task: string, timeoutMs: number): boolean {
  const isLess = timeoutMs < usualTimeout(task) * 1000;
  return miss?.failure.rule === taskTimeoutRule || (isLess && (miss?.durationMs ?? 0) >= timeoutMs);
}

function fixPlace(plan: Plan, miss: Missed | undefined): Fix | undefined {
  const target = targetsOf(plan).find(({ id }) => id === miss?.target);
  return target && miss && fixAddress(miss.failure, target);
}

function askLine(task: string): NonNullable<Fix['command']> {
  return shellLine`holdfast ask ${[...optionOf(task), 'hello']}`;
}

function giveTime(task: string, timeoutMs: number): Fix {
  const key = formatKeyPath(['auxiliary', task, 'timeout']);
  const command = shellLine`holdfast config set ${key} ${longerTimeout(task, timeoutMs)}`;
  return { text: moreTime, command };
}

/** Suggests a target from another route that the route of this task lacks. */
function askAnother({ routes }: Plan, task: string, text: string): Fix {
  const command = addSpare(routes, task);
  return command === undefined
    ? { text: `add a model to its fallback_chain, to ${text}` }
    : { text, command };
}

/** Returns the line that puts a target of another route into that of the task. */
export function addSpare(
  routes: readonly RoutePlan[],
  task: string,
  fits: (target: TargetPlan) => boolean = () => true,
): ShellLine | undefined {
  const own = new Set(routes.find((one) => one.task === task)?.targets.map(({ id }) => id));
  const spare = targetsOf({ routes }).find(
    (target) => !own.has(target.id) && !isLost(target.standing) && fits(target),
  );
  return spare && shellLine`holdfast fallback add ${[spare.id, ...optionOf(task)]}`;
}

/** Names the task for a command of ours. */
function optionOf(task: string): readonly string[] {
  return task === 'main' ? [] : ['--task', task];
}
