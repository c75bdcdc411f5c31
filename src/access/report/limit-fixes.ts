/**
 * What to do where a limit of the configuration ended an attempt (the report of a request). Pure.
 */

import { limitNames } from '../../config/resolve/create-target.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Failure } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { taskTimeoutRule } from '../tasks/task-time.ts';
import type { FixContext } from './key-fixes.ts';

/** Begins the fix where a limit of the configuration ended an attempt. */
export const moreTime = 'give it more time';

/** Most answers have begun by then: a lower limit of the configuration is the nearer cause. */
const shortLimitMs = 60_000;

/** A task's own timeout is the limit of each answer to it. */
export function findTaskLimit(
  { evidence: { rule } }: Failure,
  { task, sourceOf }: FixContext,
): string | undefined {
  const key = formatKeyPath(['auxiliary', task.name, 'timeout']);
  const isOver = rule === taskTimeoutRule || rule === 'limit-whole-body';
  if (!isOver || sourceOf(key) === key || (task.timeoutMs ?? shortLimitMs) >= shortLimitMs)
    return undefined;
  return `${moreTime}: raise ${sourceOf(key)}, which ended it, or take it out (${shellLine`holdfast config unset ${key}`})`;
}

/** Names the setting whose limit ended the attempt; undefined if none is set, or it is long. */
export function findSetLimit(
  { evidence: { rule } }: Failure,
  { provider, model, limits }: Target,
  sourceOf: FixContext['sourceOf'],
): string | undefined {
  if (!rule.startsWith('limit-')) return undefined;
  const name = rule.slice('limit-'.length).replaceAll('-', '_').replace('whole_body', 'whole');
  // silence inside flowing text has a limit of its own
  const names: readonly string[] = name === 'idle' ? ['idle_text', 'idle'] : [name];
  const settings = [...names.map((one) => ['limits', one]), ['timeout']];
  const places = [['models', model], []].flatMap((inside) =>
    settings.map((last) => ['providers', provider, ...inside, ...last]),
  );
  const key = places.map(formatKeyPath).find((path) => sourceOf(path) !== path);
  const lengths = limitNames.flatMap(([written, own]) =>
    names.includes(written) ? (limits[own] ?? []) : [],
  );
  if (key === undefined || Math.min(shortLimitMs, ...lengths) >= shortLimitMs) return undefined;
  return `${moreTime}: raise ${sourceOf(key)}, which ended it, or take it out (${shellLine`holdfast config unset ${key}`})`;
}
