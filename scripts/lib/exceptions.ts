/**
 * Exceptions to the structure rules: a comment with rule and reason, on the line or above it.
 * Unused ones fail.
 */

import type { Finding, SourceFile } from './source-file.ts';

interface Exception {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

/**
 * Removes the excepted findings, and adds one for each exception that is unused or has no reason.
 */
export function applyExceptions(
  findings: readonly Finding[],
  files: readonly SourceFile[],
): readonly Finding[] {
  const exceptions = files.flatMap(findExceptions);
  const kept = findings.filter(
    (finding) => !exceptions.some((exception) => covers(exception, finding)),
  );
  const wrong = exceptions.flatMap((exception) => {
    const message = judgeException(exception, findings);
    if (message === undefined) return [];
    return [{ path: exception.path, line: exception.line, rule: 'exception' as const, message }];
  });
  return [...kept, ...wrong];
}

function findExceptions(file: SourceFile): readonly Exception[] {
  return file.text.split('\n').flatMap((text, index) => {
    const match = /\/\/ structure-exception:\s*(\S*)[ \t]*(.*)$/.exec(text);
    if (match === null) return [];
    const [, rule = '', reason = ''] = match;
    return [{ path: file.path, line: index + 1, rule, reason: reason.trim() }];
  });
}

function covers(exception: Exception, finding: Finding): boolean {
  const isNear = finding.line === exception.line || finding.line === exception.line + 1;
  return exception.path === finding.path && exception.rule === finding.rule && isNear;
}

function judgeException(exception: Exception, findings: readonly Finding[]): string | undefined {
  if (exception.reason === '')
    return `an exception from "${exception.rule}" needs a reason behind the rule`;
  if (findings.some((finding) => covers(exception, finding))) return undefined;
  return `unused exception from "${exception.rule}": remove it`;
}
