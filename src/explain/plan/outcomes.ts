/**
 * Judges how each task fares by its latest requests, and finds what has changed since. `tasks`,
 * `explain`, `doctor`, the snapshot and the exit statuses all follow this verdict.
 */

import { isEmptyAnswer, recordOfTarget } from '../../access/report/ended.ts';
import type { Engine } from '../../access/request/engine.ts';
import { checkCaller } from '../../diagnostics/check-caller.ts';
import type { PoolReport } from '../../diagnostics/key-report.ts';
import { isFailureClass, rowOfClass } from '../../failures/classes.ts';
import { changedAt } from '../../host/changed-at.ts';
import type { EndCause, RequestRecord, SkipRecord } from '../../model/record.ts';
import type { Store } from '../../store/store.ts';
import type { KeyPlan, Plan, RoutePlan, TargetOutcome, TargetPlan, TaskOutcome } from './plan.ts';

export interface OutcomeContext {
  readonly engine: Pick<Engine, 'host' | 'config' | 'health'>;
  readonly pools: readonly PoolReport[];
}

/** A record from later than this was written by another clock: it is not the latest. */
export const aheadMs = 2 * 60_000;

/** Reads the latest requests of these tasks, and of models that were named. */
export async function readHistory(
  store: Pick<Store, 'findRecords'>,
  tasks: Iterable<string>,
  now: number,
): Promise<TaskHistory> {
  const found = await Promise.all([
    ...[...tasks].map((task) => store.findRecords({ task, limit: historyLimit })),
    store.findRecords({ task: 'pinned', since: now - outcomeLifeMs, limit: historyLimit }),
  ]);
  return Map.groupBy(
    found.flat().filter(({ at }) => at < now + aheadMs),
    subjectOf,
  );
}

type PlanRoutes = Pick<Plan, 'routes' | 'tasksAsMain'>;

/** Returns the route of each task, of those that use the route of `main` too. */
export function routesOf({ routes, tasksAsMain = [] }: PlanRoutes): readonly RoutePlan[] {
  const main = routes.find(({ task }) => task === 'main');
  return main === undefined
    ? routes
    : [...routes, ...tasksAsMain.map((task) => ({ ...main, task }))];
}

/** Judges every task of the plan, and models whose last requests failed. */
export function listOutcomes(
  context: OutcomeContext,
  plan: Omit<Plan, 'outcomes'>,
  history: TaskHistory,
): readonly TaskOutcome[] {
  const { asked, at } = plan;
  const { tasks } = context.engine.config();
  const judge = (task: string, route: RoutePlan | undefined): TaskOutcome => ({
    task,
    ...judgeOutcome(history.get(task) ?? [], at, (record) => findChange(context, route, record)),
    timeoutMs: tasks?.get(task)?.timeoutMs,
  });
  const known = routesOf(plan).map((route) => judge(route.task, route));
  if (asked !== undefined) return known;
  const named = [...history.keys()].filter((name) => !known.some(({ task }) => task === name));
  const failed = named
    .map((name) => judge(name, undefined))
    .filter(({ state }) => state === 'failed');
  return [...known, ...failed];
}

/** Adds to each target what the latest requests of all tasks say of it. */
export function addOutcomes(
  context: OutcomeContext,
  { routes, at }: Pick<Plan, 'routes' | 'at'>,
  history: TaskHistory,
): readonly RoutePlan[] {
  // what began later than now did so before the clock was set back
  const begunAt = (record: RequestRecord): number => (record.at > at ? 0 : record.at);
  const records = [...history.values()].flat().sort((a, b) => begunAt(b) - begunAt(a));
  const judge = (route: RoutePlan, target: TargetPlan): TargetPlan => {
    const own = records.flatMap((record) => recordOfTarget(record, target.id) ?? []);
    const alone = { ...route, targets: [target] };
    const outcome = judgeOutcome(own, at, (record) => findChange(context, alone, record));
    return { ...target, outcome };
  };
  return routes.map((route) => ({
    ...route,
    targets: route.targets.map((target) => judge(route, target)),
  }));
}

/** Returns what has changed on the route since this request, as half a sentence. */
function findChange(
  context: OutcomeContext,
  route: RoutePlan | undefined,
  record: RequestRecord,
): string | undefined {
  const endedAt = record.at + record.durationMs;
  if (configChangedAt(context.engine) > endedAt) return 'the configuration has changed since';
  const targets = route?.targets ?? [];
  if (targets.some((target) => hasNewKey(target, record))) return 'its keys have changed since';
  if (wasReset(context, targets, endedAt)) return 'it was reset since';
  // A refusal that blames the key no longer stands when a key has worked.
  const isKeys = rowOf(causeOf(record))?.heldAgainst !== undefined;
  const hasWorked = targets.some(({ keys }) => keys.some(({ provenAt = 0 }) => provenAt > endedAt));
  return isKeys && hasWorked ? 'its key has worked since' : undefined;
}

/** Returns 0 if the configuration is no file. */
function configChangedAt({ host, config }: OutcomeContext['engine']): number {
  const { origin } = config();
  return origin.kind === 'file' ? changedAt(host, origin.path) : 0;
}

/** Whether the target has a usable key that the request could not use. */
function hasNewKey(
  { id, keys }: TargetPlan,
  { attempts, skipped, unlisted }: RequestRecord,
): boolean {
  if (unlisted?.some(({ target }) => target === id)) return false;
  const tried = attempts.filter(({ target }) => target === id);
  const passed = skipped.filter(({ target }) => target === id);
  return keys.some(
    (key) =>
      ['works', 'untried', 'due'].includes(key.state) &&
      !tried.some(({ fingerprint }) => fingerprint === key.fingerprint) &&
      !passed.some((skip) => isStill(key, skip)),
  );
}

/**
 * Whether a key that was passed over is the same as then. A missing key is there once it was read,
 * and a refused or spent one stays due until it is asked: without a mark, its place holds another
 * secret.
 */
function isStill(
  { id, state, fingerprint }: KeyPlan,
  { credential, cause, heldFor }: SkipRecord,
): boolean {
  if (credential !== undefined && credential !== id) return false;
  const wasOut = cause === 'held-back' && rowOf(heldFor)?.heldAgainst !== undefined;
  if (cause === 'auth-missing') return fingerprint === undefined;
  return !wasOut || state === 'due';
}

function wasReset(
  { engine, pools }: OutcomeContext,
  targets: readonly TargetPlan[],
  endedAt: number,
): boolean {
  const accounts = new Map(pools.flatMap((pool) => pool.keys.map((row) => [row.id, row.account])));
  // Without its site a scope lies in a reset of any site of its host.
  const scopes = targets.flatMap(({ id, baseUrl, keys }) => {
    const { origin } = new URL(baseUrl);
    const scope = { origin, model: id.slice(id.indexOf('/') + 1) };
    const ofKeys = keys.flatMap(({ id: key, fingerprint }) =>
      fingerprint === undefined
        ? []
        : [{ ...scope, fingerprint, account: accounts.get(key) ?? fingerprint }],
    );
    return [scope, ...ofKeys];
  });
  return [{}, ...scopes].some((scope) => engine.health.wasReset(scope, endedAt));
}

/** A failure says nothing about the next request after this time. */
export const outcomeLifeMs = 24 * 60 * 60_000;
/** This many different requests that are refused for their own sake are not all at fault. */
const maxFaultyRequests = 3;
/** With so many requests, the count of failures in a row is exact enough. */
export const historyLimit = 100;

/**
 * The latest requests of each task, newest first. A request that named a model belongs to that
 * model, since it has no task.
 */
export type TaskHistory = ReadonlyMap<string, readonly RequestRecord[]>;

/** Names the task of a request, or the model if it named one. */
export function subjectOf({ task, model }: Pick<RequestRecord, 'task' | 'model'>): string {
  return task === 'pinned' ? model : task;
}

/**
 * `findChange` returns what has changed since a request, as half a sentence; undefined if nothing
 * has.
 */
export function judgeOutcome(
  records: readonly RequestRecord[],
  now: number,
  findChange: (record: RequestRecord) => string | undefined,
): TargetOutcome {
  const telling = records.filter(isTelling);
  const answered = telling.findIndex(isAnswered);
  const missed = answered < 0 ? telling : telling.slice(0, answered);
  const different = new Set(
    missed.filter(isFaultOfRequest).map(({ promptDigest, id }) => promptDigest ?? id),
  );
  const isTheirs = different.size < maxFaultyRequests;
  const failed = missed.filter((record) => !isTheirs || !isFaultOfRequest(record));
  const last = failed[0] ?? telling[answered];
  const [newest] = missed;
  const stands = newest && newest !== failed[0] && findChange(newest) === undefined;
  const refused = stands ? newest : undefined;
  if (last === undefined) {
    const why = newest ? 'refused for its own sake' : 'not requested yet';
    return { state: 'unknown', why, inARow: 0, refused };
  }
  const facts = { last, refused, inARow: failed.length, since: failed.at(-1)?.at };
  if (now - last.at > outcomeLifeMs)
    return { ...facts, state: 'unknown', why: 'that is more than a day ago' };
  if (failed.length === 0) return { ...facts, state: 'answered' };
  const why = findChange(last);
  return { ...facts, state: why === undefined ? 'failed' : 'unknown', why };
}

/** Leaves out most callers who left, our own probes and faults, and budgets of the plan. */
export function isTelling(record: RequestRecord): boolean {
  const { outcome, caller, task, operation } = record;
  if (caller === checkCaller || operation === 'count-tokens') return false;
  if (outcome === 'client-gone' && !wasRefused(record)) return false;
  if (task === 'main' && operation !== 'generate') return false;
  const cause = causeOf(record);
  return cause !== 'budget' && rowOf(cause)?.blame !== 'ourselves';
}

/** A caller who left while refused keys were asked again has seen what the next one will see. */
function wasRefused({ attempts }: RequestRecord): boolean {
  return (
    attempts.length > 0 &&
    attempts.every(({ failure }) => rowOf(failure?.class)?.heldAgainst !== undefined)
  );
}

export function isAnswered(record: RequestRecord): boolean {
  return record.outcome === 'answered' && !isEmptyAnswer(record);
}

/** Returns why nobody answered: the reason of the first candidate. */
export function causeOf(record: RequestRecord): EndCause | undefined {
  if (isAnswered(record)) return undefined;
  const { cause, attempts } = record;
  return cause ?? attempts.findLast(({ failure }) => failure !== undefined)?.failure?.class;
}

function isFaultOfRequest(record: RequestRecord): boolean {
  if (isAnswered(record)) return false;
  const cause = causeOf(record);
  if (cause === 'bound-to-account' || cause === 'protocol') return true;
  return (
    record.attempts.some(({ failure }) => rowOf(failure?.class)?.isRequestFault) ||
    (record.task === 'pinned' && rowOf(cause)?.blame === 'request')
  );
}

/** Returns the row of a failure; undefined if the cause is not a class. */
export function rowOf(cause: EndCause | undefined): ReturnType<typeof rowOfClass> | undefined {
  return cause !== undefined && isFailureClass(cause) ? rowOfClass(cause) : undefined;
}
