/** Writes corpus/index.json from the corpus of failures: one file with all cases and all rules, for whoever has errors to understand. */

import { type Advice, type Blame, classMeanings } from '../../src/access/classify/advice.ts';
import { createSignatureTable } from '../../src/access/classify/match-signature.ts';
import { judgeResponse } from '../../src/diagnostics/judge-response.ts';
import { builtinEntries } from '../../src/providers/builtin.ts';
import { builtinSignatures } from '../../src/providers/signatures/builtin.ts';
import { builtinResetHints } from '../../src/providers/signatures/reset-hints.ts';
import { type CorpusCase, readCases, receivedAt } from './failure-corpus.ts';

/** The form of the file. A field that goes or changes its meaning makes another number; new fields and cases do not. */
const schema = 'holdfast.corpus/1';

const table = createSignatureTable(builtinSignatures, builtinResetHints);

/** Deterministic: the same cases and rules give the same text. */
export function renderCorpus(): string {
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

/** Those that a provider's answer can have. */
function renderClasses(): Readonly<Record<string, { meaning: string; blame: Blame; advice: Advice }>> {
  const used = new Set(readCases().map(({ expect }) => expect.class));
  return Object.fromEntries(Object.entries(classMeanings).filter(([name]) => used.has(name)));
}

/** What each provider counts its limits on, and where that is stated. */
function renderLimits(): Readonly<Record<string, { countedOn: string; source: string }>> {
  return Object.fromEntries(
    builtinEntries.map(({ name, limitScope, limitScopeSource }) => [
      name,
      { countedOn: limitScope, source: limitScopeSource },
    ]),
  );
}

function renderCase(found: CorpusCase): object {
  const { id, provider, protocol, source, response, text, expect } = found;
  const { status, headers } = response;
  return {
    id,
    provider,
    source,
    ...(protocol === undefined ? {} : { protocol }),
    response: { status, headers, ...('stream' in response ? { stream: text } : { body: response.body }) },
    expect: { ...expect, rule: findRule(found) },
  };
}

/** The rule that decides it here, with where it was learned. */
function findRule({ provider, response, text: body }: CorpusCase): object | null {
  const { status, headers } = response;
  const now = Date.parse(receivedAt);
  const { failure } = judgeResponse(
    { provider, status, headers, body, isProven: false, now, redact: (words) => words },
    table,
  );
  if (failure === undefined) return null;
  const { rule: id, kind } = failure.evidence;
  const source = table.find(id)?.source;
  return { id, kind, ...(source === undefined ? {} : { source }) };
}
