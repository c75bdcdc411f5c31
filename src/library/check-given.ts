/**
 * Checks an options object against a table and reports all unknown or invalid options at once, as
 * problems of a configuration.
 */

import { askWhetherMeant } from '../config/schema/nearest.ts';
import { ConfigError, type ConfigProblem } from '../errors.ts';

/**
 * One option: its allowed values, as words and as a test. Undefined is always allowed and means the
 * default.
 */
export interface OptionRule {
  readonly expected: string;
  readonly isMet: (value: unknown) => boolean;
}

export interface OptionTable {
  /** Name of the function in messages: `createHoldfast()`. */
  readonly of: string;
  readonly rules: Readonly<Record<string, OptionRule>>;
  /**
   * For a key that is not an option here but known elsewhere, says where it belongs; else
   * undefined.
   */
  readonly placeOf: (key: string) => string | undefined;
}

/** Throws `ConfigError` (`config-invalid`) with all problems. */
export function checkGiven(options: unknown, table: OptionTable): void {
  const problems = isGivenObject(options)
    ? Object.entries(options).flatMap(([key, value]) => judgeOption(key, value, table))
    : [{ key: '(options)', message: 'expected an object' }];
  if (problems.length === 0) return;
  throw new ConfigError(
    'config-invalid',
    problems.map((problem) => ({ path: table.of, ...problem })),
  );
}

function judgeOption(
  key: string,
  value: unknown,
  table: OptionTable,
): readonly Omit<ConfigProblem, 'path'>[] {
  const rule = Object.hasOwn(table.rules, key) ? table.rules[key] : undefined;
  if (rule === undefined)
    return [{ key, message: 'unknown option', fix: { text: suggest(key, table) } }];
  return value === undefined || rule.isMet(value)
    ? []
    : [{ key, message: `expected ${rule.expected}` }];
}

function suggest(key: string, { rules, placeOf }: OptionTable): string {
  const names = Object.keys(rules);
  return placeOf(key) ?? askWhetherMeant(key, names) ?? `use one of ${names.join(', ')}`;
}

/** Excludes null and primitives. */
export function isGivenObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
