/**
 * The signature table as a whole: each row is reached, says its own sample, and never meets another
 * without an order.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import { failureClasses } from '../../failures/classes.ts';
import { builtinSignatures } from '../../providers/signatures/builtin.ts';
import { builtinResetHints } from '../../providers/signatures/reset-hints.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { factsOfAnswer } from './classify.ts';
import { createSignatureTable, type MatchFacts, rankOf } from './match-signature.ts';

const table = createSignatureTable(builtinSignatures, builtinResetHints);
const byId = new Map(builtinSignatures.map((row) => [row.id, row]));
const answers = readCases().flatMap(({ answer }) =>
  answer === undefined ? [] : [factsOfAnswer(answer)],
);

describe('the signature table', () => {
  it('reaches every row by a fixture', () => {
    const reached = new Set(answers.map((answer) => table.match(answer)?.id));
    expect(
      builtinSignatures.filter(({ id }) => !reached.has(id)).map(({ id }) => id),
      'no fixture is decided by these rows: save an answer for each (docs/fixtures.md), or see in its fixture which rule decides',
    ).toEqual([]);
  });

  it.each(
    builtinSignatures
      .filter(({ header }) => header === undefined)
      .map((row) => [row.id, row] as const),
  )('%s decides its own sample', (id, row) => {
    expect(
      table.match(sampleOf(row))?.id,
      'the rule that decides the sample of this row: compare the two',
    ).toBe(id);
  });

  it('decides the same whatever order the rows are written in', () => {
    const decided = answers.map((answer) => table.match(answer)?.id);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...builtinSignatures], { minLength: builtinSignatures.length }),
        (rows) => {
          const shuffled = createSignatureTable(rows, builtinResetHints);
          expect(answers.map((answer) => shuffled.match(answer)?.id)).toEqual(decided);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('gives every class of a row its place among those of one rank', () => {
    const classes = new Set(builtinSignatures.map((row) => row.class));
    expect(
      [...classes].filter((failureClass) => failureClasses[failureClass].precedence === undefined),
      'no row may have these classes: give them a precedence in src/failures',
    ).toEqual([]);
    const places = Object.values(failureClasses).flatMap(({ precedence }) => precedence ?? []);
    expect(new Set(places).size).toBe(places.length);
  });

  it('says of two rows of one rank and class, with unequal verdicts, which goes first, unless no answer fits both', () => {
    const unordered = pairs(builtinSignatures).filter(
      ([a, b]) =>
        a.provider === b.provider &&
        rankOf(a) === rankOf(b) &&
        a.class === b.class &&
        verdictOf(a) !== verdictOf(b) &&
        !areDisjoint(a, b) &&
        !goesBefore(a, b) &&
        !goesBefore(b, a),
    );
    expect(
      unordered.map(([a, b]) => `${a.id} / ${b.id}`),
      'one answer may fit both rows of a pair: name the one in `before` of the other',
    ).toEqual([]);
  });

  it('names in `before` only other rows of the same provider and kind, and never in a circle', () => {
    for (const row of builtinSignatures) {
      for (const id of row.before ?? []) {
        const other = byId.get(id);
        expect(
          other === undefined ? id : [other.provider, rankOf(other)],
          `${row.id} names ${id} in \`before\`, which takes only rows of the same provider and kind`,
        ).toEqual([row.provider, rankOf(row)]);
      }
      expect(goesBefore(row, row)).toBe(false);
    }
  });
});

/** `429 {"error":…}` as the provider's answer. */
function sampleOf({ provider, sample }: Signature): MatchFacts {
  const [, status = '', body = ''] = /^(\d{3}) ([\s\S]*)$/.exec(sample) ?? [];
  return factsOfAnswer({
    provider: provider === '*' ? 'custom' : provider,
    status: Number(status),
    headers: {},
    body,
  });
}

function pairs(rows: readonly Signature[]): readonly (readonly [Signature, Signature])[] {
  return rows.flatMap((a, index) => rows.slice(index + 1).map((b) => [a, b] as const));
}

/** All that a row says besides its class. */
function verdictOf({ scope, permanent, ignoreRetryAfter }: Signature): string {
  return JSON.stringify([scope, permanent ?? false, ignoreRetryAfter ?? false]);
}

/**
 * True where one field at least cannot have a value that fits both. Patterns are never trusted to
 * differ.
 */
function areDisjoint(a: Signature, b: Signature): boolean {
  const isFieldApart =
    a.field !== undefined &&
    a.field.path === b.field?.path &&
    !a.field.path.includes('[]') &&
    haveNothingInCommon(a.field.is, b.field.is);
  return isFieldApart || fieldNames.some((name) => haveNothingInCommon(a[name], b[name]));
}

const fieldNames = ['status', 'code', 'type', 'param'] as const;

function haveNothingInCommon(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined || a instanceof RegExp || b instanceof RegExp)
    return false;
  const there = new Set([b].flat());
  return [a].flat().every((value) => !there.has(value));
}

function goesBefore(a: Signature, b: Signature, seen: readonly string[] = []): boolean {
  return (a.before ?? []).some((id) => {
    const next = byId.get(id);
    if (id === b.id) return true;
    return next !== undefined && !seen.includes(id) && goesBefore(next, b, [...seen, id]);
  });
}
