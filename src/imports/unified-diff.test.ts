import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const diff = (before: string, after: string): string =>
  unifiedDiff({ name: 'a', text: before }, { name: 'b', text: after });
const lines = (...text: readonly (string | number)[]): string =>
  text.map((line) => `${line}\n`).join('');

describe('a unified diff', () => {
  it('is empty when nothing differs', () => {
    expect(diff('a\nb\n', 'a\nb\n')).toBe('');
  });

  it('shows three lines around a change, and joins hunks that touch', () => {
    expect(diff(lines(1, 2, 3, 4, 5, 6, 7, 8, 9), lines(1, 2, 3, 4, 'x', 6, 7, 8, 9))).toBe(
      lines('--- a', '+++ b', '@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+x', ' 6', ' 7', ' 8'),
    );
    expect(diff(lines(1, 2, 3, 4, 5, 6), lines('x', 2, 3, 4, 5, 'y'))).toBe(
      lines('--- a', '+++ b', '@@ -1,6 +1,6 @@', '-1', '+x', ' 2', ' 3', ' 4', ' 5', '-6', '+y'),
    );
  });

  it('of a new file begins at nothing', () => {
    expect(unifiedDiff(undefined, { name: 'b', text: 'x\n' })).toBe(
      '--- /dev/null\n+++ b\n@@ -0,0 +1,1 @@\n+x\n',
    );
  });

  it('says where a text does not end its last line, as `patch` wants it', () => {
    expect(diff('a\nb', 'a\nb\n')).toBe(
      lines('--- a', '+++ b', '@@ -1,2 +1,2 @@', ' a', '-b', '\\ No newline at end of file', '+b'),
    );
  });

  it('leads from the old text to the new one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (old, fresh) => {
        expect(applyDiff(old, diff(lines(...old), lines(...fresh)))).toEqual(fresh);
      }),
    );
  });
});

/** As `patch` does: every line of the old text that a hunk names must be there. */
function applyDiff(old: readonly string[], text: string): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of text.split('\n').slice(2, -1)) {
    const head = /^@@ -(\d+),(\d+) /.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      result.push(...old.slice(at, start));
      at = start;
      continue;
    }
    const rest = line.slice(1);
    if (line.startsWith('+')) result.push(rest);
    else {
      expect(old[at]).toBe(rest);
      at += 1;
      if (line.startsWith(' ')) result.push(rest);
    }
  }
  return [...result, ...old.slice(at)];
}
