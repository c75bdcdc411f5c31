/** Counts the paths through a function. Rule `complexity`; biome has only the cognitive measure. */

import ts from 'typescript';
import { type Finding, isTestFile, lineOf, type SourceFile, walk } from './source-file.ts';

const limit = 12;

const branches: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CatchClause,
]);

const shortCircuits: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/**
 * Finds functions with a cyclomatic complexity above 12. A function inside another counts for
 * itself.
 */
export function checkComplexity(files: readonly SourceFile[]): readonly Finding[] {
  return files.filter((file) => !isTestFile(file.path)).flatMap(findComplexFunctions);
}

function findComplexFunctions(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  walk(file.tree, (node) => {
    if (!ts.isFunctionLike(node)) return undefined;
    const complexity = 1 + countBranches(node);
    if (complexity <= limit) return undefined;
    const message = `complexity ${complexity}, more than ${limit}: split by step, or decide by a table`;
    findings.push({ path: file.path, line: lineOf(file, node), rule: 'complexity', message });
    return undefined;
  });
  return findings;
}

function countBranches(root: ts.Node): number {
  let count = 0;
  walk(root, (node) => {
    if (node !== root && ts.isFunctionLike(node)) return false;
    if (isBranch(node)) count += 1;
    return undefined;
  });
  return count;
}

/** A `case` that falls through to the next adds no path. */
function isBranch(node: ts.Node): boolean {
  if (ts.isCaseClause(node)) return node.statements.length > 0;
  if (ts.isBinaryExpression(node)) return shortCircuits.has(node.operatorToken.kind);
  return branches.has(node.kind);
}
