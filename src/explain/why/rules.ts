/**
 * Builds the page of a rule or of a failure class from the tables: what it reads, seen examples,
 * and how Holdfast reacts.
 */

import { classOfRule } from '../../access/classify/unwritten-rules.ts';
import { createVerdict, type ResponseVerdict } from '../../diagnostics/classify-response.ts';
import { failureClasses, rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import { builtinSignatures } from '../../providers/signatures/builtin.ts';
import type { RecordedAnswer } from '../../providers/signatures/corpus.ts';
import type { Signature } from '../../providers/signatures/signature.ts';

export interface RulePage {
  readonly name: string;
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
  /** How Holdfast reacts. */
  readonly verdict: ResponseVerdict;
}

/** A class shows this many examples. */
const shownExamples = 3;

interface PageContext {
  readonly now: number;
  readonly recorded: () => readonly RecordedAnswer[];
}

/** Returns undefined for an unknown name. */
export function findRulePage(name: string, { now, recorded }: PageContext): RulePage | undefined {
  const row = builtinSignatures.find(({ id }) => id === name);
  const failureClass = row?.class ?? classOfRule(name);
  if (failureClass === undefined) return undefined;
  const rows = row ? [row] : builtinSignatures.filter((one) => one.class === failureClass);
  const answers = recorded();
  const { scope, permanent } = row ?? {};
  const failure: Failure = {
    class: failureClass,
    evidence: { rule: row?.id ?? failureClass, kind: 'code' },
    message: '',
    ...(scope && { scope }),
    ...(permanent && { mayRetry: false }),
  };
  return {
    name: failure.evidence.rule,
    says: row
      ? `a rule for ${vendorOfRule(row)}: what fits it is ${failureClass}`
      : `a failure class: ${rowOfClass(failureClass).meaning}`,
    reads: row ? listReads(row) : [],
    examples: rows.slice(0, shownExamples).flatMap(({ id }) => findExamples(answers, id)),
    source: row?.source,
    rules: row ? undefined : rows.map(({ id }) => id),
    verdict: createVerdict(failure, now),
  };
}

/** Returns every name that has a page. */
export function ruleNames(): readonly string[] {
  return [...Object.keys(failureClasses), ...builtinSignatures.map(({ id }) => id)];
}

/** Returns the first answer that this rule decides. */
function findExamples(recorded: readonly RecordedAnswer[], id: string): readonly string[] {
  const found = recorded.find(({ rule }) => rule === id);
  return found === undefined ? [] : [`${found.status} ${found.body}`.trimEnd()];
}

function vendorOfRule({ provider }: Signature): string {
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
