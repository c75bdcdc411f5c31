/** Finds the imports of a file, which the boundary, reach and door rules judge. */

import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, type SourceFile, walk } from './source-file.ts';

export interface ImportEdge {
  readonly line: number;
  /** As written: `./route.ts`, `node:fs`, `undici`. */
  readonly specifier: string;
  /** Path inside the repository; absent for packages and built-ins. */
  readonly path?: string;
  /** Whether the compiler erases it. */
  readonly isTypeOnly: boolean;
  /** Imported names; `*` for a namespace, an import for its effect, or `import()`. */
  readonly names: readonly string[];
}

/** Returns every static, dynamic and re-exporting import of a file, in source order. */
export function findImports(file: SourceFile): readonly ImportEdge[] {
  const edges: ImportEdge[] = [];
  walk(file.tree, (node) => {
    const found = decodeImport(node);
    if (found === undefined) return undefined;
    const path = resolveSpecifier(file.path, found.specifier);
    edges.push({ ...found, line: lineOf(file, node), ...(path === undefined ? {} : { path }) });
    return undefined;
  });
  return edges;
}

type BareImport = Pick<ImportEdge, 'specifier' | 'isTypeOnly' | 'names'>;

function decodeImport(node: ts.Node): BareImport | undefined {
  if (ts.isImportDeclaration(node)) return decodeDeclaration(node);
  if (ts.isExportDeclaration(node)) return decodeReExport(node);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument === undefined || !ts.isStringLiteralLike(argument)) return undefined;
    return { specifier: argument.text, isTypeOnly: false, names: ['*'] };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    return ts.isStringLiteral(literal)
      ? { specifier: literal.text, isTypeOnly: true, names: ['*'] }
      : undefined;
  }
  return undefined;
}

function decodeDeclaration(node: ts.ImportDeclaration): BareImport | undefined {
  if (!ts.isStringLiteral(node.moduleSpecifier)) return undefined;
  const specifier = node.moduleSpecifier.text;
  const clause = node.importClause;
  if (clause === undefined) return { specifier, isTypeOnly: false, names: ['*'] };
  const named = clause.namedBindings;
  const values =
    named && ts.isNamedImports(named) ? named.elements.filter((name) => !name.isTypeOnly) : [];
  const names = values.map((name) => (name.propertyName ?? name.name).text);
  const isWhole = clause.name !== undefined || (named !== undefined && ts.isNamespaceImport(named));
  const isTypeOnly =
    clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!isWhole && names.length === 0);
  return { specifier, isTypeOnly, names: isWhole ? ['*', ...names] : names };
}

function decodeReExport(node: ts.ExportDeclaration): BareImport | undefined {
  if (node.moduleSpecifier === undefined || !ts.isStringLiteral(node.moduleSpecifier))
    return undefined;
  const clause = node.exportClause;
  const elements = clause && ts.isNamedExports(clause) ? clause.elements : undefined;
  const names = elements
    ?.filter((name) => !name.isTypeOnly)
    .map((name) => (name.propertyName ?? name.name).text);
  return {
    specifier: node.moduleSpecifier.text,
    isTypeOnly: node.isTypeOnly || names?.length === 0,
    names: names ?? ['*'],
  };
}

function resolveSpecifier(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
}
