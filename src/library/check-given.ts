/**
 * Judges an object of options by a table: all that are unknown or of a wrong kind are named at
 * once, as problems of a configuration are.
 */

import { askWhetherMeant } from '../config/schema/nearest.ts';
import { ConfigError, type ConfigProblem } from '../errors.ts';

/**
 * One option: what it may be, in words and as a test. Undefined is always fine: it means the
 * default.
 */
export interface OptionRule {
  readonly expected: string;
  readonly isMet: (value: unknown) => boolean;
}

/** The options of one function. */
export interface OptionTable {
  /** The function, as a message names it: `createHoldfast()`. */
  readonly of: string;
  readonly rules: Readonly<Record<string, OptionRule>>;
  /** Where a key belongs that is no option here but known elsewhere; undefined for any other. */
  readonly placeOf: (key: string) => string | undefined;
}

/** Throws `ConfigError` (`config-invalid`) with all that is wrong. */
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

/** Neither null nor a plain value. */
export function isGivenObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
