/** One parsed file as the structure check sees it, and what a rule says about it. */

import ts from 'typescript';

/** What a rule found wrong; printed as `path:line rule message`. */
export interface Finding {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly rule: RuleName;
  readonly message: string;
}

export type RuleName =
  | 'assertion'
  | 'boundary'
  | 'complexity'
  | 'door'
  | 'exception'
  | 'file-size'
  | 'header'
  | 'name'
  | 'reach'
  | 'room'
  | 'type-name'
  | 'width';

/** A source file with its syntax tree. `path` is relative to the repository and uses `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Parses TypeScript text; syntax errors are left to the compiler to report. */
export function createSourceFile(path: string, text: string): SourceFile {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
}

export function isTestFile(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/') || path.startsWith('conformance/');
}

/** A file of the shipped program. */
export function isProductFile(path: string): boolean {
  return path.startsWith('src/') && !isTestFile(path);
}

/** The line of a node, counted from 1. */
export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1;
}

/**
 * Calls back for the node and everything below it; a callback that returns false skips what is
 * below.
 */
export function walk(node: ts.Node, visit: (node: ts.Node) => boolean | undefined): void {
  if (visit(node) === false) return;
  ts.forEachChild(node, (child) => walk(child, visit));
}
