/** A file of the corpus that cannot be used is named, with every field that is wrong. */

import { describe, expect, it } from 'vitest';
import { readCase } from './failure-corpus.ts';

const good = {
  provider: 'groq',
  case: 'teapot',
  source: 'n/v made up for this test',
  response: { status: 418, headers: {}, body: { error: { message: 'short and stout' } } },
  expect: { class: 'unknown' },
};

describe('a fixture', () => {
  it('is read with what may be left out filled in', () => {
    const found = readCase('groq/teapot.json', JSON.stringify(good));
    expect(found.expect).toEqual({ class: 'unknown', scope: [], advice: null });
    expect(found.answer?.status).toBe(418);
  });

  it.each([
    ['is no JSON', '{', /^test\/fixtures\/failures\/groq\/teapot\.json: SyntaxError: /],
    [
      'lacks fields',
      '{"provider": "groq"}',
      /teapot\.json: case: .*; source: .*; response: .*; expect: .* \(docs\/fixtures\.md has the form\)$/,
    ],
    [
      'has a source without its mark',
      JSON.stringify({ ...good, source: 'a blog' }),
      /: source: begins with \[D\]/,
    ],
    [
      'stands elsewhere',
      JSON.stringify({ ...good, case: 'other' }),
      /: its fields say groq\/other/,
    ],
  ])('that %s is named by its file', (_name, json, message) => {
    expect(() => readCase('groq/teapot.json', json)).toThrow(message);
  });
});
