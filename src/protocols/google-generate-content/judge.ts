/**
 * Judges a whole `google-generate-content` answer: it must parse completely and have the requested
 * content.
 */

import type { Operation } from '../../model/protocol.ts';
import { lacksField, wrongType } from '../content/content-shape.ts';
import { saysFault } from '../content/says-fault.ts';
import type { BodyVerdict } from '../contract/protocol.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { judgeFinishes, refusedPrompt } from '../translation/finish.ts';
import { readCount } from '../translation/lenient.ts';
import type { NeutralUsage } from '../translation/neutral.ts';
import { readUsage, sumOf } from '../translation/usage.ts';
import { namesOfAnswer } from './bound.ts';
import { candidatesOf, isWellFormed, partsOf, saysSomething } from './parts.ts';

/** An answer of each operation has at least one of these fields. */
const answerFields: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  generate: ['candidates', 'promptFeedback'],
  embed: ['embedding', 'embeddings'],
  'count-tokens': ['totalTokens'],
};

export function judgeGoogleAnswer(body: WireObject, operation: Operation): BodyVerdict {
  if (saysFault(body['error'])) return { kind: 'error' };
  const wanted = answerFields[operation] ?? [];
  if (!wanted.some((field) => typeof body[field] === 'object' || typeof body[field] === 'number'))
    return lacksField(wanted[0] ?? '');
  const usage = readUsage(body['usageMetadata'], countGoogleTokens);
  if (operation !== 'generate') return { kind: 'answer', usage, isEmpty: false, body };
  if (!isWellFormed(body)) return wrongType;
  const candidates = candidatesOf(body);
  const blocked = blockReasonOf(body);
  return {
    kind: 'answer',
    usage,
    isEmpty: !candidates.some((candidate) => partsOf(candidate).some(saysSomething)),
    finish:
      blocked === undefined ? judgeFinishes(candidates, 'finishReason') : refusedPrompt(blocked),
    body,
    made: namesOfAnswer(body),
  };
}

/** The vendor's reason for refusing the prompt, which counts as its answer. */
export function blockReasonOf({ promptFeedback: feedback }: WireObject): string | undefined {
  const reason = isRecord(feedback) ? feedback['blockReason'] : undefined;
  return typeof reason === 'string' && reason !== '' && reason !== 'BLOCK_REASON_UNSPECIFIED'
    ? reason
    : undefined;
}

/**
 * Output of the vendor's own tools counts as prompt, of which cached tokens are a part; thoughts
 * are not included in the answer's count.
 */
export function countGoogleTokens(usage: WireObject): NeutralUsage {
  const total = sumOf(usage, ['promptTokenCount', 'toolUsePromptTokenCount']);
  const cacheRead = readCount(usage['cachedContentTokenCount']) ?? 0;
  return {
    inputTokens: { total, noCache: total && total - cacheRead, cacheRead, cacheWrite: undefined },
    outputTokens: {
      total: sumOf(usage, ['candidatesTokenCount', 'thoughtsTokenCount']),
      text: readCount(usage['candidatesTokenCount']) ?? 0,
      reasoning: readCount(usage['thoughtsTokenCount']) ?? 0,
    },
  };
}
