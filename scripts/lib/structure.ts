/** Every structure rule in one list; `scripts/check-structure.ts` runs it over the tree. */

import { checkAssertions } from './assertions.ts';
import { checkComplexity } from './complexity.ts';
import { checkDoors } from './doors.ts';
import { applyExceptions } from './exceptions.ts';
import { checkFileSize, checkHeaders, checkWidth } from './file-shape.ts';
import { checkBoundaries } from './layers.ts';
import { checkNames } from './names.ts';
import { checkReach } from './reach.ts';
import { checkRooms } from './rooms.ts';
import type { Finding, SourceFile } from './source-file.ts';
import { checkTypeNames } from './type-names.ts';

const rules: readonly ((files: readonly SourceFile[]) => readonly Finding[])[] = [
  (files) => checkFileSize(files),
  checkHeaders,
  checkWidth,
  checkNames,
  checkTypeNames,
  checkComplexity,
  checkAssertions,
  checkBoundaries,
  checkRooms,
  checkReach,
  checkDoors,
];

/** Returns all findings without an exception, by path and line. */
export function checkStructure(files: readonly SourceFile[]): readonly Finding[] {
  const findings = rules.flatMap((rule) => rule(files));
  return [...applyExceptions(findings, files)].sort(
    (left, right) => left.path.localeCompare(right.path) || left.line - right.line,
  );
}
