/**
 * Checks the outer shape of a file: its length, its width, and a first comment that says what it
 * is. Rules `file-size`, `width` and `header`.
 */

import ts from 'typescript';
import { type Finding, isProductFile, type SourceFile } from './source-file.ts';

/** Above this many lines a file fails; a test may be longer. */
const hardLimit = 380;
const testLimit = 420;
/** Above this many lines `--soft` asks which second topic is inside. */
export const softLimit = 240;
/** The formatter limits code to this width, but not comments. */
const widest = 100;

/** Finds files above a limit of lines. Generated data (`*.generated.ts`) is exempt. */
export function checkFileSize(files: readonly SourceFile[], soft?: number): readonly Finding[] {
  return files.flatMap(({ path, text }) => {
    const limit = soft ?? (isProductFile(path) ? hardLimit : testLimit);
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines <= limit || path.endsWith('.generated.ts')) return [];
    const message = `${lines} lines, more than ${limit}: which second topic is in here?`;
    return [{ path, line: 1, rule: 'file-size' as const, message }];
  });
}

/**
 * Finds comment lines that are wider than code may be; a single long word, such as an address, is
 * allowed.
 */
export function checkWidth(files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const isWide = line.length > widest && /^\s*(\/\*\*|\*|\/\/) .*\S \S/.test(line);
      const message = `a comment of ${line.length} characters: wrap it at ${widest}`;
      return isWide && !/\S{60}/.test(line)
        ? [{ path, line: index + 1, rule: 'width' as const, message }]
        : [];
    }),
  );
}

/** Finds product files that do not begin with a comment that says what they are. */
export function checkHeaders(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter(({ path, text }) => isProductFile(path) && !hasHeader(text))
    .map(({ path }) => ({
      path,
      line: 1,
      rule: 'header' as const,
      message:
        'begin with a sentence: what this file is and where it stands on the path of a request',
    }));
}

/** Accepts a first comment of three words or more, before anything else. */
function hasHeader(text: string): boolean {
  const [first] = ts.getLeadingCommentRanges(text, 0) ?? [];
  if (first === undefined) return false;
  return (text.slice(first.pos, first.end).match(/\w+/g) ?? []).length >= 3;
}
