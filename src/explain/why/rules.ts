/**
 * Builds the page of a rule or of a failure class from the tables: what it reads, seen examples,
 * and how Holdfast reacts.
 */

import { createVerdict, type ResponseVerdict } from '../../diagnostics/classify-response.ts';
import { failureClasses, isFailureClass, rowOfClass } from '../../failures/classes.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';
import { builtinSignatures } from '../../providers/signatures/builtin.ts';
import type { RecordedAnswer } from '../../providers/signatures/corpus.ts';
import type { ResetHint } from '../../providers/signatures/reset-hint.ts';
import { builtinResetHints } from '../../providers/signatures/reset-hints.ts';
import type { Signature } from '../../providers/signatures/signature.ts';

export interface RulePage {
  readonly name: string;
  readonly kind: 'rule' | 'class' | 'reset hint';
  /** Must be one sentence. */
  readonly says: string;
  /** The parts of an answer that it reads. */
  readonly reads: readonly string[];
  /** Answers that match it. */
  readonly examples: readonly string[];
  /** Says where the rule was learned. */
  readonly source?: string | undefined;
  /** Lists the rules that lead to this class. */
  readonly rules?: readonly string[] | undefined;
  /** How Holdfast reacts. Absent for a reset hint, which only gives an end. */
  readonly verdict?: ResponseVerdict | undefined;
}

/** A class shows this many examples. */
const shownExamples = 3;

interface PageContext {
  readonly now: number;
  readonly recorded: () => readonly RecordedAnswer[];
}

/** Returns undefined for an unknown name. */
export function findRulePage(name: string, context: PageContext): RulePage | undefined {
  const row = builtinSignatures.find(({ id }) => id === name);
  const hint = builtinResetHints.find(({ id }) => id === name);
  const failureClass = classNamed(name);
  if (row !== undefined) return createRulePage(row, context);
  return hint ? describeHint(hint) : failureClass && describeClass(failureClass, context);
}

/** Returns every name that has a page. */
export function ruleNames(): readonly string[] {
  return [
    ...Object.keys(failureClasses),
    ...[...builtinSignatures, ...builtinResetHints].map(({ id }) => id),
  ];
}

/**
 * Some rules are in no table. Their names come from what they read: a status, or the system's error
 * code.
 */
const unwritten: readonly (readonly [RegExp, FailureClass])[] = [
  [/^status-5\d\d$/, 'server-error'],
  [/^status-\d{3}$/, 'unknown'],
  [/^limit-(idle|content)$/, 'stream-stall'],
  [/^limit-/, 'timeout'],
  [/^exception-/, 'connect'],
  [/^endless-/, 'malformed'],
];

function classNamed(name: string): FailureClass | undefined {
  return isFailureClass(name) ? name : unwritten.find(([pattern]) => pattern.test(name))?.[1];
}

function createRulePage(row: Signature, { now, recorded }: PageContext): RulePage {
  const { id, class: failureClass, source, scope, permanent } = row;
  const more = { ...(scope && { scope }), ...(permanent && { mayRetry: false }) };
  return {
    name: id,
    kind: 'rule',
    says: `a rule for ${vendorOfRule(row)}: what fits it is ${failureClass}`,
    reads: listReads(row),
    examples: findExamples(recorded(), id),
    source,
    verdict: createVerdict({ ...failureOf(failureClass, id), ...more }, now),
  };
}

/** Returns the first answer that this rule decides. */
function findExamples(recorded: readonly RecordedAnswer[], id: string): readonly string[] {
  const found = recorded.find(({ rule }) => rule === id);
  return found === undefined ? [] : [`${found.status} ${found.body}`.trimEnd()];
}

function vendorOfRule({ provider }: Pick<Signature, 'provider'>): string {
  return provider === '*' ? 'every provider' : provider;
}

function listReads(row: Signature): readonly string[] {
  const { field, header } = row;
  const rows: readonly (readonly [string, unknown])[] = [
    ['the status', row.status],
    ['its code', row.code],
    ['its type', row.type],
    ['its param', row.param],
    [`the field ${field?.path}`, field?.is],
    [`the header ${header?.name}`, header && (header.is ?? 'any value')],
    ['its words', row.text],
  ];
  return rows.flatMap(([what, value]) =>
    value === undefined ? [] : [`${what}: ${[value].flat().map(String).join(' or ')}`],
  );
}

function describeHint({ id, at, form, provider, isRefill, source, sample }: ResetHint): RulePage {
  const [[place, where] = ['place', '']] = Object.entries(at);
  const what = isRefill
    ? 'when a bucket is full again; not waited for'
    : 'until when requests are refused';
  return {
    name: id,
    kind: 'reset hint',
    says: `a place in which ${vendorOfRule({ provider })} says ${what}`,
    reads: [`the ${place} ${String(where)}, as ${form}`],
    examples: [sample],
    source,
  };
}

function describeClass(failureClass: FailureClass, context: PageContext): RulePage {
  const rows = builtinSignatures.filter((row) => row.class === failureClass);
  const recorded = context.recorded();
  return {
    name: failureClass,
    kind: 'class',
    says: `a failure class: ${rowOfClass(failureClass).meaning}`,
    reads: [],
    examples: rows.slice(0, shownExamples).flatMap(({ id }) => findExamples(recorded, id)),
    rules: rows.map(({ id }) => id),
    verdict: createVerdict(failureOf(failureClass, failureClass), context.now),
  };
}

function failureOf(failureClass: FailureClass, rule: string): Failure {
  return { class: failureClass, evidence: { rule, kind: 'code' }, message: '' };
}
