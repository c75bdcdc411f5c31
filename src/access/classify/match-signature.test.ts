/**
 * The signature table as a whole: each row is reached by a recorded answer, and never meets another
 * without an order.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import { failureClasses } from '../../failures/classes.ts';
import { builtinSignatures } from '../../providers/signatures/builtin.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { factsOfAnswer } from './classify.ts';
import { createMatcher, matchSignature, rankOf } from './match-signature.ts';

const byId = new Map(builtinSignatures.map((row) => [row.id, row]));
const answers = readCases().flatMap(({ answer }) =>
  answer === undefined ? [] : [factsOfAnswer(answer)],
);

/** Answers of a provider without rules of its own where the row is a general one. */
const shorter: readonly (readonly [rule: string, status: number, body: unknown])[] = [
  ['deepseek-balance', 402, '(empty body)'],
  [
    'openrouter-no-tools',
    404,
    {
      error: {
        code: 404,
        message:
          'No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing',
      },
    },
  ],
  [
    'openrouter-no-value',
    404,
    {
      error: {
        code: 404,
        message:
          "No endpoints found that support the provided 'tool_choice' value. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing",
      },
    },
  ],
  [
    'gemini-no-tier-quota',
    429,
    [
      {
        error: {
          code: 429,
          message:
            'You exceeded your current quota. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-4-argon. Please retry in 37043s.',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
    ],
  ],
  [
    'gemini-quota-per-day',
    429,
    [
      {
        error: {
          code: 429,
          message:
            'You exceeded your current quota, please check your plan and billing details. Quota exceeded for metric: generate_content_free_tier_requests, limit: 250',
          status: 'RESOURCE_EXHAUSTED',
          details: [
            { violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] },
          ],
        },
      },
    ],
  ],
  [
    'gemini-quota-per-minute',
    429,
    [
      {
        error: {
          code: 429,
          message: 'Resource has been exhausted (e.g. check quota).',
          status: 'RESOURCE_EXHAUSTED',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
              violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }],
            },
          ],
        },
      },
    ],
  ],
  [
    'any-litellm-overflow',
    400,
    {
      error: {
        message:
          'litellm.ContextWindowExceededError: litellm.BadRequestError: litellm._pre_call_checks: Context Window exceeded for given call. No models have context window large enough for this call.\nModel=openai/tiny, Max Input Tokens=1024, Got=2118',
        type: 'invalid_request_error',
        param: null,
        code: '400',
      },
    },
  ],
  [
    'any-litellm-unknown-model',
    400,
    {
      error: {
        message:
          '/chat/completions: Invalid model name passed in model=nope. Call `/v1/models` to view available models for your key.',
        type: 'invalid_request_error',
        param: null,
        code: '400',
      },
    },
  ],
  [
    'any-system-first-text',
    500,
    'Error: Jinja Exception: System message must be at the beginning.',
  ],
  [
    'any-no-system',
    400,
    {
      error: {
        message: 'System role not supported',
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
    },
  ],
  [
    'any-account-disabled',
    403,
    {
      type: 'error',
      error: { type: 'permission_error', message: 'This organization has been disabled.' },
    },
  ],
  [
    'any-credit-balance',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Your credit balance is too low to access the Anthropic API.',
      },
    },
  ],
  [
    'any-context-words',
    400,
    {
      error: {
        message:
          "This model's maximum context length is 131072 tokens. However, you requested 150133 tokens (146037 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
        type: 'invalid_request_error',
        param: null,
      },
    },
  ],
  [
    'any-key-limit-text',
    403,
    {
      error: {
        message:
          'Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys',
      },
    },
  ],
  ['any-status-400', 400, '(empty body)'],
  ['any-status-410', 410, '(empty body)'],
  ['any-status-429', 429, '(empty body)'],
  ['any-status-451', 451, '(empty body)'],
  ['any-status-503', 503, '(empty body)'],
  [
    'any-balance-text',
    402,
    {
      error: {
        message: 'Insufficient Balance',
        type: 'unknown_error',
        param: null,
        code: 'invalid_request_error',
      },
    },
  ],
];

describe('the signature table', () => {
  it('reaches every row by a fixture', () => {
    const reached = new Set(answers.map((answer) => matchSignature(answer)?.id));
    expect(
      builtinSignatures.filter(({ id }) => !reached.has(id)).map(({ id }) => id),
      'no fixture is decided by these rows: save an answer for each (docs/fixtures.md), or see in its fixture which rule decides',
    ).toEqual([]);
  });

  it.each(shorter)('%s decides an answer with less in it than its fixture', (id, status, said) => {
    const body = typeof said === 'string' ? said : JSON.stringify(said);
    const own = byId.get(id)?.provider ?? '*';
    const provider = own === '*' ? 'custom' : own;
    expect(matchSignature(factsOfAnswer({ provider, status, headers: {}, body }))?.id).toBe(id);
  });

  it('decides the same whatever order the rows are written in', () => {
    const decided = answers.map((answer) => matchSignature(answer)?.id);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...builtinSignatures], { minLength: builtinSignatures.length }),
        (rows) => {
          const shuffled = createMatcher(rows);
          expect(answers.map((answer) => shuffled(answer)?.id)).toEqual(decided);
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
