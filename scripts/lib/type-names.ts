/**
 * One word, one meaning: a type's name is declared in one file of the program. Rule `type-name`.
 */

import ts from 'typescript';
import { type Finding, isProductFile, lineOf, type SourceFile } from './source-file.ts';

/** Finds types, interfaces and classes whose name another file has declared already. */
export function checkTypeNames(files: readonly SourceFile[]): readonly Finding[] {
  const first = new Map<string, string>();
  return files
    .filter(({ path }) => isProductFile(path))
    .flatMap((file) =>
      file.tree.statements.flatMap((statement) => {
        const name = nameOf(statement);
        if (name === undefined) return [];
        const before = first.get(name) ?? file.path;
        first.set(name, before);
        if (before === file.path) return [];
        const message = `${name} is declared in ${before} too: say what it is here`;
        return [
          { path: file.path, line: lineOf(file, statement), rule: 'type-name' as const, message },
        ];
      }),
    );
}

function nameOf(statement: ts.Statement): string | undefined {
  const isType =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement);
  return isType ? statement.name?.text : undefined;
}
