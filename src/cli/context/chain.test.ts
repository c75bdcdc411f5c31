/** What `fallback add` takes, and what it says to a name that is nearly one. */

import { expect, it } from 'vitest';
import { addToChain } from './chain.ts';

const text = 'main: openai/a\n';
const add = (target: string) => () => addToChain(text, target, { task: undefined });

it.each([
  ['deepseek:deepseek-chat', 'where deepseek/deepseek-chat was meant'],
  ['openai \\ b', 'where openai/b was meant'],
  ['deepseek', 'write provider/model, such as deepseek/deepseek-v4-pro'],
  ['gpt-5-mini', 'write PROVIDER/gpt-5-mini'],
  ['openai/a,openai/b', 'name one model in each place'],
  ['openai/a, b/c/d', 'name one model in each place'],
])('%s is refused: %s', (target, fix) => {
  expect(add(target)).toThrow(
    expect.objectContaining({ fix: expect.objectContaining({ text: fix }) }),
  );
});

it.each(['ollama/qwen3:8b', 'openrouter/a/b:free', 'x/a,b'])('%s is taken', (target) => {
  expect(add(target)().text).toContain(target);
});
