/** Two texts as a unified diff, for people and for `patch`. Pure. */

/** Equal lines shown around a change. */
const context = 3;

interface Line {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
  /** Lines of the old and of the new text before this one. */
  readonly before: readonly [old: number, fresh: number];
}

/** Empty when nothing differs. An absent old file is `/dev/null`. */
export function unifiedDiff(
  before: { readonly name: string; readonly text: string } | undefined,
  after: { readonly name: string; readonly text: string },
): string {
  const lines = compare(splitLines(before?.text ?? ''), splitLines(after.text));
  const hunks = cutHunks(lines);
  if (hunks.length === 0) return '';
  const head = `--- ${before?.name ?? '/dev/null'}\n+++ ${after.name}\n`;
  return head + hunks.map(renderHunk).join('');
}

function splitLines(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Every line of both texts, kept, removed or added, by their longest common subsequence. */
function compare(old: readonly string[], fresh: readonly string[]): readonly Line[] {
  const lengths = commonLengths(old, fresh);
  const lengthAt = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < fresh.length) {
    const before = [row, column] as const;
    const [left, right] = [old[row], fresh[column]];
    if (left !== undefined && left === right) {
      lines.push({ kind: ' ', text: left, before });
      row += 1;
      column += 1;
    } else if (
      left !== undefined &&
      (right === undefined || lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      lines.push({ kind: '-', text: left, before });
      row += 1;
    } else {
      lines.push({ kind: '+', text: right ?? '', before });
      column += 1;
    }
  }
  return lines;
}

/** Length of the longest common subsequence of what follows each pair of lines. */
function commonLengths(old: readonly string[], fresh: readonly string[]): readonly (readonly number[])[] {
  let below: readonly number[] = new Array(fresh.length + 1).fill(0);
  const rows = [below];
  for (const left of old.toReversed()) {
    const current: number[] = new Array(fresh.length + 1).fill(0);
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      current[column] =
        left === fresh[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, current[column + 1] ?? 0);
    }
    rows.push(current);
    below = current;
  }
  return rows.toReversed();
}

/** Changes with their surroundings; those that touch are one hunk. */
function cutHunks(lines: readonly Line[]): readonly (readonly Line[])[] {
  const hunks: (readonly [start: number, end: number])[] = [];
  lines.forEach(({ kind }, index) => {
    if (kind === ' ') return;
    const [start, end] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last[1]) hunks[hunks.length - 1] = [last[0], end];
    else hunks.push([start, end]);
  });
  return hunks.map(([start, end]) => lines.slice(start, end));
}

function renderHunk(lines: readonly Line[]): string {
  const [old, fresh] = lines[0]?.before ?? [0, 0];
  const oldCount = lines.filter(({ kind }) => kind !== '+').length;
  const freshCount = lines.filter(({ kind }) => kind !== '-').length;
  const head = `@@ -${range(old, oldCount)} +${range(fresh, freshCount)} @@\n`;
  return head + lines.map(({ kind, text }) => `${kind}${text}\n`).join('');
}

/** An empty range names the line before it. */
function range(before: number, count: number): string {
  return `${count === 0 ? before : before + 1},${count}`;
}
