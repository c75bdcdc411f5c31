/** A parsed file for the structure check, and a finding of a rule. */

import ts from 'typescript';

/** A finding of a rule, printed as `path:line rule message`. */
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
  return /\.test\.tsx?$/.test(path) || path.startsWith('test/') || path.startsWith('conformance/');
}

/** Whether the file is part of the shipped program. */
export function isProductFile(path: string): boolean {
  return path.startsWith('src/') && !isTestFile(path);
}

/** The line of a node, counted from 1. */
export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1;
}

/**
 * Calls `visit` for the node and everything below it; a callback that returns false skips the nodes
 * below.
 */
export function walk(node: ts.Node, visit: (node: ts.Node) => boolean | undefined): void {
  if (visit(node) === false) return;
  ts.forEachChild(node, (child) => walk(child, visit));
}
