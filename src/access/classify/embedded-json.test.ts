/** Objects inside texts: JSON, escaped JSON, Python dicts, and texts that only look like one. */

import { describe, expect, it } from 'vitest';
import { findObject } from './embedded-json.ts';

describe('findObject', () => {
  it.each([
    ['JSON after words', '429 {"error":{"code":"x"}} at line 3', { error: { code: 'x' } }],
    [
      'JSON escaped once more',
      'body: {\\"error\\":{\\"code\\":\\"x\\"}}',
      { error: { code: 'x' } },
    ],
    [
      'a Python dict',
      "Error code: 429 - {'error': {'message': \"it's over\", 'code': None, 'ok': False}}",
      { error: { message: "it's over", code: null, ok: false } },
    ],
    ['a Python text with an escaped apostrophe', "{'m': 'it\\'s over'}", { m: "it's over" }],
    ['braces inside strings', '{"m":"a } b {"}', { m: 'a } b {' }],
    ['the first that parses', 'use {name} here: {"a":1}', { a: 1 }],
    ['an apostrophe before it', 'can\'t do {"a":1}', { a: 1 }],
    ['nothing in prose', 'Request too large for gpt-4o', undefined],
    ['nothing in half an object', 'cut: {"error":{"code":', undefined],
    ['nothing among many braces', '{'.repeat(50), undefined],
  ])('finds %s', (_name, text, expected) => {
    expect(findObject(text)).toEqual(expected);
  });
});
