/**
 * Checks what the caller's gateway key allows: its tasks, batches if it has a budget, and of what
 * providers keep only its own (step 1 of a request).
 */

import { RequestError } from '../../errors.ts';
import type { Tie } from '../select/tie.ts';
import type { ConfiguredRequest } from './engine.ts';

/** Throws `RequestError` if the caller's key does not allow this. */
export function checkAllowed(request: ConfiguredRequest, task: string, model: string): void {
  if (request.operation === 'responses') return; // it was allowed to make them
  if (request.operation !== 'batches' || !checkBatch(request)) checkTask(request, task, model);
}

/** A key with this task may create batches, whose cost cannot be counted. */
const batchTask = 'batches';

/**
 * True when the key allows the batch by name. A key without it may create none if it has a budget.
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

/** A model's name is not a task: a key limited to tasks must not get around them so. */
export function checkTask(
  { caller, tasks }: Pick<ConfiguredRequest, 'caller' | 'tasks'>,
  task: string,
  model: string,
): void {
  if (tasks === undefined || tasks.includes(task)) return;
  const message = `the gateway key ${caller} may only ask for ${tasks.join(', ')}, and not for "${model}"`;
  throw new RequestError('key-not-allowed', message, {
    status: 403,
    fix: `name ${tasks.join(' or ')} as the model, or send another key, which holdfast key add NAME makes`,
  });
}

/** Throws `RequestError` if the request names something that another caller made. */
export function checkMaker(request: Pick<ConfiguredRequest, 'maker' | 'seesAll'>, tie: Tie): void {
  const foreign = tie.findForeign(request);
  if (foreign === undefined) return;
  const message = `${foreign} was made with another key of this gateway, and only that may use it`;
  throw new RequestError('key-not-allowed', message, {
    status: 403,
    fix: 'use the key that made it, or make it again with yours',
  });
}
