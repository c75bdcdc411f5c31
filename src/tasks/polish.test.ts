import { expect, it } from 'vitest';
import { profileOf } from './profiles.ts';

it.each([
  ['title_generation', '"Fix login"', 'Fix login'],
  ['title_generation', '**Title:** Fix login.', 'Fix login'],
  ['title_generation', '# Fix login\n\n(8 words)', 'Fix login'],
  ['title_generation', '```json\n{"title": "Fix login"}\n```', 'Fix login'],
  ['title_generation', '“修复登录”。', '修复登录'],
  ['commit_message', '```\nfix: login\n\nIt looped.\n```', 'fix: login\n\nIt looped.'],
  ['commit_message', 'fix: login\n', 'fix: login'],
])('%s: %j is told as %j', (task, text, told) => {
  expect(profileOf(task).polish?.(text)).toBe(told);
});
