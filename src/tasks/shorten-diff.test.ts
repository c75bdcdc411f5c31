import { describe, expect, it } from 'vitest';
import { shortenDiff } from './shorten-diff.ts';

function fileDiff(name: string, lines: number): string {
  const added = Array.from({ length: lines }, (_, index) => `+line ${index} of ${name}`);
  return [
    `diff --git a/${name} b/${name}`,
    `--- a/${name}`,
    `+++ b/${name}`,
    '@@ -0,0 +1 @@',
    ...added,
    '',
  ].join('\n');
}

describe('a diff for a prompt', () => {
  it('stays as it is where it fits', () => {
    const diff = fileDiff('a.ts', 3);
    expect(shortenDiff(diff)).toEqual({ text: diff, shortened: [] });
  });

  it('keeps short files whole, cuts the long one, and names it with what is left out', () => {
    const diff = [fileDiff('short.ts', 2), fileDiff('long.ts', 5000), fileDiff('last.ts', 2)].join(
      '',
    );
    const { text, shortened } = shortenDiff(diff, 5000);
    expect(shortened).toEqual(['long.ts']);
    expect(text).toContain('+line 1 of short.ts');
    expect(text).toContain('+line 1 of last.ts');
    expect(text).toMatch(/\[\d{4} more lines of long\.ts left out\]/);
    expect(text.length).toBeLessThan(5200);
  });

  it('names the files that have no room at all, with what they change, and counts what is beyond that', () => {
    const diff = Array.from({ length: 3000 }, (_, index) => fileDiff(`f${index}.ts`, 30)).join('');
    const { text, shortened } = shortenDiff(diff, 20_000);
    expect(text.length).toBeLessThan(40_000);
    expect(text).toContain('f60.ts (+30 -0)');
    expect(text).toMatch(/and \d{4} more files/);
    expect(shortened).toHaveLength(3000);
  });

  it('takes names with spaces, and input that is no diff', () => {
    expect(shortenDiff(fileDiff('a b.ts', 100), 1000).shortened).toEqual(['a b.ts']);
    expect(shortenDiff('x\n'.repeat(5000), 1000).shortened).toEqual(['the input']);
  });

  it('shortens 5 MB in linear time', () => {
    const diff = fileDiff('big.json', 200_000);
    expect(shortenDiff(diff).text.length).toBeLessThan(61_000);
  });
});
