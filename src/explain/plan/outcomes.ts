/** Finds how each task of a plan fared last, and what has changed since. */

import type { Engine } from '../../access/request/engine.ts';
import type { PoolReport } from '../../diagnostics/key-report.ts';
import type { RequestRecord, SkipRecord } from '../../model/record.ts';
import type { Store } from '../../store/store.ts';
import {
  causeOf,
  historyLimit,
  judgeOutcome,
  outcomeLifeMs,
  rowOf,
  subjectOf,
  type TaskHistory,
} from './last-outcome.ts';
import type { KeyPlan, Plan, RoutePlan, TargetPlan, TaskOutcome } from './plan.ts';

export interface OutcomeContext {
  readonly engine: Pick<Engine, 'host' | 'config' | 'health'>;
  readonly pools: readonly PoolReport[];
}

/** Reads the latest requests of these tasks, and of models that were named. */
export async function readHistory(
  store: Pick<Store, 'findRecords'>,
  { routes, tasksAsMain = [] }: Pick<Plan, 'routes' | 'tasksAsMain'>,
  now: number,
): Promise<TaskHistory> {
  const tasks = [...routes.map(({ task }) => task), ...tasksAsMain];
  const found = await Promise.all([
    ...tasks.map((task) => store.findRecords({ task, limit: historyLimit })),
    store.findRecords({ task: 'pinned', since: now - outcomeLifeMs, limit: historyLimit }),
  ]);
  return Map.groupBy(found.flat(), subjectOf);
}

/** Judges every task of the plan, and models whose last requests failed. */
export function listOutcomes(
  context: OutcomeContext,
  { routes, tasksAsMain = [], asked, at }: Omit<Plan, 'outcomes'>,
  history: TaskHistory,
): readonly TaskOutcome[] {
  const { tasks } = context.engine.config();
  const main = routes.find(({ task }) => task === 'main');
  const judge = (task: string, route: RoutePlan | undefined): TaskOutcome => ({
    task,
    ...judgeOutcome(history.get(task) ?? [], at, (record) => findChange(context, route, record)),
    timeoutMs: tasks?.get(task)?.timeoutMs,
  });
  const known = [
    ...routes.map((route) => judge(route.task, route)),
    ...(main === undefined ? [] : tasksAsMain.map((task) => judge(task, main))),
  ];
  if (asked !== undefined) return known;
  const names = new Set(known.map(({ task }) => task));
  const named = [...history.keys()].filter((name) => !names.has(name));
  return [
    ...known,
    ...named.map((name) => judge(name, undefined)).filter(({ state }) => state === 'failed'),
  ];
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
  if (route !== undefined && targets.some((target) => hasNewKey(target, record)))
    return 'its keys have changed since';
  if (wasReset(context, targets, endedAt)) return 'it was reset since';
  // A refusal that blames the key no longer stands when a key has worked.
  const isKeys = rowOf(causeOf(record))?.heldAgainst !== undefined;
  const keys = targets.flatMap((target) => target.keys);
  if (isKeys && keys.some(({ provenAt = 0 }) => provenAt > endedAt))
    return 'its key has worked since';
  return undefined;
}

/** Returns 0 if the configuration is no file, or cannot be looked at. */
function configChangedAt({ host, config }: OutcomeContext['engine']): number {
  const { origin } = config();
  try {
    return origin.kind === 'file' ? (host.files.stamp(origin.path)?.modifiedAt ?? 0) : 0;
  } catch {
    return 0;
  }
}

/** Whether the target has a usable key that the request could not use. */
function hasNewKey(
  { id, keys }: TargetPlan,
  { attempts, skipped, unlisted }: RequestRecord,
): boolean {
  if (unlisted?.some(({ target }) => target === id)) return false;
  const tried = new Set(
    attempts.flatMap(({ target, fingerprint }) => (target === id ? [fingerprint] : [])),
  );
  const passed = skipped.filter(({ target }) => target === id);
  return keys.some(
    (key) =>
      isUsable(key) &&
      !tried.has(key.fingerprint ?? '') &&
      !passed.some((skip) => isStill(key, skip)),
  );
}

function isUsable({ state }: KeyPlan): boolean {
  return state === 'works' || state === 'untried' || state === 'due';
}

/**
 * Whether a key that was passed over is the same as then. A missing key is there now, and a refused
 * or spent one stays due until it is asked: without a mark, its place holds another secret.
 */
function isStill({ id, state }: KeyPlan, { credential, cause, heldFor }: SkipRecord): boolean {
  if (credential !== undefined && credential !== id) return false;
  const wasOut = cause === 'held-back' && rowOf(heldFor)?.heldAgainst !== undefined;
  return cause === 'auth-missing' ? false : !wasOut || state === 'due';
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
