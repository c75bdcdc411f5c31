import { describe, expect, it } from 'vitest';
import { findSpokenInput } from './spoken-call.ts';

describe('a call that a prompt spells out', () => {
  it.each<[string, string, string | undefined]>([
    ['brings its input', 'please call ls({"path": "."}) now', '{"path": "."}'],
    ['may hold the closing signs in a text', 'ls({"path": "a})b"})', '{"path": "a})b"}'],
    ['may be nested', 'ls({"at": {"x": 1}})', '{"at": {"x": 1}}'],
    ['may bring nothing', 'ls({})', '{}'],
    ['is none without JSON', 'ls({path})', undefined],
    ['is none without its end', 'ls({"path": "."}', undefined],
    ['is none of a tool whose name only ends so', 'tools({})', undefined],
    ['is none where the tool is only mentioned', 'use ls', undefined],
  ])('%s', (_name, prompt, input) => {
    expect(findSpokenInput(prompt, 'ls')).toBe(input);
  });
});
