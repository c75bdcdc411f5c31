/**
 * What the caller's gateway key may ask for: its tasks, and batches where it has a budget (step 1
 * of a request).
 */

import { RequestError } from '../../errors.ts';
import type { ConfiguredRequest } from './engine.ts';

/** Throws `RequestError` where the caller's key may not ask for this. */
export function checkAllowed(request: ConfiguredRequest, task: string, model: string): void {
  if (request.operation !== 'batches' || !checkBatch(request)) checkTask(request, task, model);
}

/**
 * The name that a key has among its tasks where it may make batches, whose cost nobody can count.
 */
const batchTask = 'batches';

/**
 * Whether the request makes a batch that its key names. One that does not name it makes none where
 * it has a budget.
 */
function checkBatch({ passage, caller, tasks, budgets = [] }: ConfiguredRequest): boolean {
  if (passage?.method !== 'POST' || passage.object !== undefined) return false;
  if (tasks?.includes(batchTask) === true) return true;
  if (budgets.length === 0) return false;
  const message = `the gateway key ${caller} has a budget, and what a batch costs is not counted`;
  throw new RequestError('key-not-allowed', message, {
    status: 403,
    fix: 'allow batches by name: holdfast key add NAME --budget … --tasks main,batches',
  });
}

/**
 * A model that is named by itself is no task: who may ask for some tasks only may not go around
 * them.
 */
export function checkTask(
  { caller, tasks }: Pick<ConfiguredRequest, 'caller' | 'tasks'>,
  task: string,
  model: string,
): void {
  if (tasks === undefined || tasks.includes(task)) return;
  const message = `the gateway key ${caller} may only ask for ${tasks.join(', ')}, and not for "${model}"`;
  throw new RequestError('key-not-allowed', message, {
    status: 403,
    fix: `name ${tasks.join(' or ')} as the model`,
  });
}
