/**
 * Writes corpus/index.json from the corpus of failures: one file with all cases and all rules, for
 * anybody who has to understand errors.
 */

import { isDeepStrictEqual } from 'node:util';
import { failureClasses } from '../../src/failures/classes.ts';
import type { Advice, Blame } from '../../src/failures/row.ts';
import { builtinEntries } from '../../src/providers/builtin.ts';
import { builtinSignatures } from '../../src/providers/signatures/builtin.ts';
import { checkRows } from './check-rows.ts';
import { describeMismatch } from './describe-mismatch.ts';
import { type CorpusCase, CorpusError, readCases, receivedAt } from './failure-corpus.ts';
import { judgeCase } from './judge-case.ts';
import { limitSourceOf } from './render-providers.ts';

/**
 * The format of the file. Removing a field or changing its meaning changes the number; new fields
 * and cases do not.
 */
const schema = 'holdfast.corpus/1';

/**
 * Deterministic: the same cases and rules give the same text. Throws a `CorpusError` for a row
 * without a class, and for a case whose expectation differs from the rules.
 */
export function renderCorpus(): string {
  checkRows(builtinSignatures);
  const cases = readCases();
  return `${JSON.stringify(
    {
      schema,
      about:
        'What model providers answer when they fail, and what it means. docs/corpus.md describes the fields.',
      license: 'MIT',
      receivedAt,
      counts: countAll(cases),
      classes: renderClasses(),
      limits: renderLimits(),
      cases: cases.map(renderCase),
    },
    null,
    2,
  )}\n`;
}

function countAll(cases: readonly CorpusCase[]): Readonly<Record<string, number>> {
  return {
    cases: cases.length,
    streams: cases.filter(({ response }) => 'stream' in response).length,
    providers: new Set(cases.map(({ provider }) => provider)).size,
    rules: builtinSignatures.length,
  };
}

/** Leaves out classes that no answer of a provider can have. */
function renderClasses(): Readonly<
  Record<string, { meaning: string; blame: Blame; advice: Advice }>
> {
  const used = new Set(readCases().map(({ expect }) => expect.class));
  return Object.fromEntries(
    Object.entries(failureClasses)
      .filter(([name]) => used.has(name))
      .map(([name, { meaning, blame, advice }]) => [name, { meaning, blame, advice }]),
  );
}

/** Returns what each provider counts its limits on, and the source of that. */
function renderLimits(): Readonly<Record<string, { countedOn: string; source: string }>> {
  return Object.fromEntries(
    builtinEntries.map((entry) => [
      entry.name,
      { countedOn: entry.limitScope, source: limitSourceOf(entry) },
    ]),
  );
}

function renderCase(found: CorpusCase): object {
  const { id, provider, protocol, source, response, text, expect } = found;
  const { status, headers } = response;
  const judged = judgeCase(found);
  const { rule, expect: verdict } = judged;
  const { note: _note, ...expected } = expect;
  if (!isDeepStrictEqual(expected, verdict)) throw new CorpusError(describeMismatch(found, judged));
  return {
    id,
    provider,
    source,
    ...(protocol === undefined ? {} : { protocol }),
    response: {
      status,
      headers,
      ...('stream' in response ? { stream: text } : { body: response.body }),
    },
    expect: { ...expect, rule },
  };
}
