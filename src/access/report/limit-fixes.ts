/**
 * What to do where a limit of the configuration ended an attempt (the report of a request). Pure.
 */

import { limitNames } from '../../config/resolve/create-target.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Failure } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { longerTimeout, taskTimeoutRule } from '../tasks/task-time.ts';
import type { FixContext } from './key-fixes.ts';

/** Begins the fix where a limit of the configuration ended an attempt. */
export const moreTime = 'give it more time';

/** Most answers have begun by then: a lower limit of the configuration is the nearer cause. */
const shortLimitMs = 60_000;

/** A task's own timeout is the limit of each answer to it, and of all else at its own targets. */
export function findTaskLimit(
  { evidence: { rule } }: Failure,
  { task, target: { limits }, sourceOf }: FixContext,
): string | undefined {
  const key = formatKeyPath(['auxiliary', task.name, 'timeout']);
  const { timeoutMs = shortLimitMs } = task;
  const isOver = rule === taskTimeoutRule || lengthsOf(rule, limits).includes(timeoutMs);
  if (!isOver || sourceOf(key) === key || timeoutMs >= shortLimitMs) return undefined;
  const more = longerTimeout(task.name, timeoutMs);
  return `${moreTime} than ${sourceOf(key)}, which ended it: ${shellLine`holdfast config set ${key} ${more}`}`;
}

/** Silence inside flowing text has a limit of its own. */
function limitsOf(rule: string): readonly string[] {
  if (!rule.startsWith('limit-')) return [];
  const name = rule.slice('limit-'.length).replaceAll('-', '_').replace('whole_body', 'whole');
  return name === 'idle' ? ['idle_text', 'idle'] : [name];
}

function lengthsOf(rule: string, limits: Target['limits']): readonly number[] {
  const names = limitsOf(rule);
  return limitNames.flatMap(([written, own]) =>
    names.includes(written) ? (limits[own] ?? []) : [],
  );
}

/** Names the setting whose limit ended the attempt; undefined if none is set, or it is long. */
export function findSetLimit(
  { evidence: { rule } }: Failure,
  { provider, model, limits }: Target,
  sourceOf: FixContext['sourceOf'],
): string | undefined {
  const names = limitsOf(rule);
  if (names.length === 0) return undefined;
  const settings = [...names.map((one) => ['limits', one]), ['timeout']];
  const places = [['models', model], []].flatMap((inside) =>
    settings.map((last) => ['providers', provider, ...inside, ...last]),
  );
  const key = places.map(formatKeyPath).find((path) => sourceOf(path) !== path);
  const lengths = lengthsOf(rule, limits);
  if (key === undefined || Math.min(shortLimitMs, ...lengths) >= shortLimitMs) return undefined;
  return `${moreTime}: raise ${sourceOf(key)}, which ended it, or take it out (${shellLine`holdfast config unset ${key}`})`;
}
