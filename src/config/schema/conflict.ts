/** Finds what git leaves in a file where it could not merge two versions of it. Pure. */

/** [D] https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
const side = /^(?:<{7}|>{7})(?: .*)?$/;
/** Between the sides; alone it may be a line of text. */
const between = /^(?:={7}|\|{7}(?: .*)?)$/;

export interface Conflict {
  /** Of the first mark. */
  readonly line: number;
  readonly offset: number;
  /** Follows the name of the file. */
  readonly message: string;
  readonly fix: string;
}

/** Undefined without a first or a last mark. */
export function findConflict(text: string): Conflict | undefined {
  const lines = text.split(/\r?\n/);
  if (!lines.some((line) => side.test(line))) return undefined;
  const marked = lines.flatMap((line, index) =>
    side.test(line) || between.test(line) ? [index + 1] : [],
  );
  const [first = 1] = marked;
  const named = marked.length === 1 ? `line ${first}` : `lines ${marked.join(', ')}`;
  return {
    line: first,
    offset:
      text
        .split('\n')
        .slice(0, first - 1)
        .join('\n').length + (first > 1 ? 1 : 0),
    message: `holds a conflict of git that nobody has resolved: its marks (<<<<<<<, =======, >>>>>>>) are in ${named}`,
    fix: `keep one of the two versions, and take out ${named}`,
  };
}
