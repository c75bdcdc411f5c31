/** What a whole `google-generate-content` answer is: it must parse to its end and hold what was asked for. */

import type { Operation } from '../../model/protocol.ts';
import { isRecord, type WireObject } from '../is-record.ts';
import type { NeutralFinish, NeutralUsage } from '../neutral.ts';
import type { BodyVerdict } from '../protocol.ts';
import { saysFault } from '../says-fault.ts';
import { readCount } from '../translation/lenient.ts';
import { readUsage, sumOf } from '../usage.ts';
import { namesOfAnswer } from './bound.ts';
import { candidatesOf, partsOf, saysSomething } from './parts.ts';

/** What ends mean: https://ai.google.dev/api/generate-content#FinishReason, and `@google/genai` 2.32.0. */
export const finishes: Readonly<Record<string, NeutralFinish>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

/** What an answer of each operation has, one of these at least. */
const answerFields: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  generate: ['candidates', 'promptFeedback'],
  embed: ['embedding', 'embeddings'],
  'count-tokens': ['totalTokens'],
};

export function judgeGoogleAnswer(body: WireObject, operation: Operation): BodyVerdict {
  if (saysFault(body['error'])) return { kind: 'error' };
  const wanted = answerFields[operation] ?? [];
  if (!wanted.some((field) => typeof body[field] === 'object' || typeof body[field] === 'number'))
    return { kind: 'malformed', detail: `a JSON body without "${wanted[0]}"` };
  const usage = readUsage(body['usageMetadata'], countGoogleTokens);
  if (operation !== 'generate') return { kind: 'answer', usage, isEmpty: false, body };
  return { kind: 'answer', usage, isEmpty: isEmpty(body), body, made: namesOfAnswer(body) };
}

function isEmpty(body: WireObject): boolean {
  const says = (candidate: WireObject): boolean =>
    partsOf(candidate).some(saysSomething) || saysEnoughAlone(candidate['finishReason']);
  return !isBlocked(body) && !candidatesOf(body).some(says);
}

/** Whether this reason to end is an answer by itself, where nothing was said. */
export function saysEnoughAlone(finishReason: unknown): boolean {
  return (finishes[String(finishReason)] ?? 'stop') !== 'stop';
}

/** The vendor refuses the prompt: that is its answer. */
export function isBlocked({ promptFeedback: feedback }: WireObject): boolean {
  return isRecord(feedback) && typeof feedback['blockReason'] === 'string';
}

/** What a tool of the vendor's own brought is read like a prompt, of which what was read from a cache is a part; thoughts are no part of the answer's count. */
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
