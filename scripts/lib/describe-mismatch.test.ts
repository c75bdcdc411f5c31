/**
 * A case that expects what the rules do not say is told with what decides, and a hint that leads to
 * the mistake.
 */

import { describe, expect, it } from 'vitest';
import type { Signature } from '../../src/providers/signatures/signature.ts';
import { checkRows } from './check-rows.ts';
import { describeMismatch } from './describe-mismatch.ts';
import { readCases } from './failure-corpus.ts';
import { judgeCase } from './judge-case.ts';

const found = readCases().find(({ id }) => id === 'groq/flex-capacity');
if (found === undefined) throw new TypeError('the corpus has no groq/flex-capacity');
const told = (id: string): string =>
  describeMismatch(found, { ...judgeCase(found), rule: { id, kind: 'code' } });

const isTooWide = /If you did not mean this case, \S+ is too wide/;
const takesBefore = /give that one before: \['groq-teapot'\]/;
const fitsNot = /No row of groq fits this answer\. .* compare its fields with the answer/;

describe('a case that expects something else', () => {
  it('names its file, the rule that decides and what it would have to expect', () => {
    expect(told('groq-teapot')).toMatch(
      /^test\/fixtures\/failures\/groq\/flex-capacity\.json: what decides here is the rule groq-teapot; "expect" would be \{"class":"overloaded"/,
    );
  });

  it.each([
    ['a row of the provider', 'groq-teapot', [true, true, false]],
    ['a row of all providers', 'any-teapot', [true, false, true]],
    ['a rule that is no row', 'status-418', [false, false, true]],
  ])('decided by %s says what may be wrong', (_name, rule, expected) => {
    const text = told(rule);
    expect([isTooWide, takesBefore, fitsNot].map((hint) => hint.test(text))).toEqual(expected);
  });
});

describe('a row', () => {
  const row: Signature = {
    id: 'groq-flex-capacity',
    provider: 'groq',
    code: 'x',
    class: 'overloaded',
    source: 'n/v',
  };

  it('with a class that a row may have is no problem', () => {
    expect(() => checkRows([row])).not.toThrow();
  });

  it('with another class is named with the classes there are', () => {
    expect(() => checkRows([{ ...row, class: 'connect' }])).toThrow(
      /^src\/providers\/signatures\/others\.ts: groq-flex-capacity: class: "connect" is not a failure class that a row may have; choose one of (?:[\w-]+, )*auth-rejected, /,
    );
  });
});
