/** Type assertions: `as` belongs in functions that parse, after a check. Rule `assertion`. */

import ts from 'typescript';
import { type Finding, isTestFile, lineOf, type SourceFile, walk } from './source-file.ts';

/**
 * Finds `x as T` and `<T>x` outside of functions named `parse…`. `as const` and `satisfies` are
 * free.
 */
export function checkAssertions(files: readonly SourceFile[]): readonly Finding[] {
  return files.filter((file) => !isTestFile(file.path)).flatMap(findAssertions);
}

function findAssertions(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  walk(file.tree, (node) => {
    if (isAssertion(node) && !isInsideParser(node)) {
      const message = `"as ${node.type.getText()}" outside a parse… function: check the value, or let the type follow`;
      findings.push({ path: file.path, line: lineOf(file, node), rule: 'assertion', message });
    }
    return undefined;
  });
  return findings;
}

function isAssertion(node: ts.Node): node is ts.AssertionExpression {
  return ts.isAssertionExpression(node) && !ts.isConstTypeReference(node.type);
}

function isInsideParser(node: ts.Node): boolean {
  return (
    ts.findAncestor(node, (ancestor) => /^parse/.test(functionName(ancestor) ?? '')) !== undefined
  );
}

function functionName(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const { parent } = node;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : undefined;
}
