/**
 * Reads the allowed number of output tokens from the refusal of a request that wants more (step 5
 * of a request). Pure.
 */

import { outerOf } from '../../protocols/body/edits.ts';
import { bytesPerToken } from '../../protocols/content/count-text.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { valuesAt } from './error-body.ts';

/** The fields that limit an answer, by protocol and vendor. */
export const limitFields = [
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'generationConfig.maxOutputTokens',
];

/** Returns the caller's limit in tokens; undefined if it sets none. */
export function readAskedLimit(
  body: Pick<ReadBody, 'has' | 'parseToTranslate'>,
): number | undefined {
  if (!limitFields.some((field) => body.has(outerOf(field)))) return undefined;
  const asked = body.parseToTranslate();
  return limitFields
    .flatMap((field) => valuesAt(asked, field))
    .find((value) => typeof value === 'number');
}

/** The first group is the number. Each pattern was seen at a vendor, with the sample beside it. */
const limits: readonly RegExp[] = [
  /supports at most (\d+) completion tokens/i, // max_tokens is too large: 100000. This model supports at most 16384 completion tokens
  /max_tokens: \d+ > (\d+), which is the maximum/i, // max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens
  /must be less than or equal to `?(\d+)/i, // `max_tokens` must be less than or equal to `32768`
  /range of max_tokens (?:is|should be) \[\d+, ?(\d+)\]/i, // the valid range of max_tokens is [1, 8192]
];

/** The named groups are the context window, the answer's limit, and the prompt if stated. */
const contextWindows: readonly RegExp[] = [
  // max_tokens=5000 cannot be greater than max_model_len=1024.
  /tokens=(?<output>\d+) cannot be greater than max_model_len=(?<window>\d+)/i,
  // This model's maximum context length is 1024 tokens. However, you requested 5020 tokens (20 in
  // the messages, 5000 in the completion).
  /context length is (?<window>\d+) tokens[\s\S]*?\((?<input>\d+) in the messages, (?<output>\d+) in the completion/i,
  // 'max_tokens' is too large: 5000. This model's maximum context length is 1024 tokens and your
  // request has 20 input tokens
  /is too large: (?<output>\d+)[\s\S]*?context length is (?<window>\d+) tokens and your request has (?<input>\d+) input/i,
  // This model's maximum context length is 1024 tokens. However, you requested 5000 output tokens
  // and your prompt contains at least 1 input tokens
  /context length is (?<window>\d+) tokens[\s\S]*?requested (?<output>\d+) output tokens/i,
  // input length and `max_tokens` exceed context limit: 20 + 5000 > 1024
  /exceed context limit: (?<input>\d+) \+ (?<output>\d+) > (?<window>\d+)/i,
];

/**
 * A prompt whose bytes alone would fill the context window, such as a picture, leaves this part of
 * it.
 */
const minShare = 8;

/**
 * Returns the tokens to ask for instead; undefined if the refusal names no number, or if the
 * conversation itself is too long, which a smaller limit would not solve.
 */
export function findOutputLimit(message: string, promptBytes: number): number | undefined {
  for (const wording of limits) {
    const max = Number(wording.exec(message)?.[1]);
    if (isCount(max)) return max;
  }
  for (const wording of contextWindows) {
    const { groups } = wording.exec(message) ?? {};
    if (groups !== undefined) return leaveRoom(groups, promptBytes);
  }
  return undefined;
}

/** True when a refusal may be about the answer's limit. */
export function speaksOfOutput(message: string): boolean {
  return [...limits, ...contextWindows].some((wording) => wording.test(message));
}

function leaveRoom(
  groups: Readonly<Record<string, string>>,
  promptBytes: number,
): number | undefined {
  const [contextWindow, output] = [Number(groups['window']), Number(groups['output'])];
  if (!isCount(contextWindow) || output < contextWindow) return undefined;
  const input = groups['input'];
  if (input !== undefined)
    return contextWindow > Number(input) ? contextWindow - Number(input) : undefined;
  const promptTokens = Math.ceil(promptBytes / bytesPerToken);
  return Math.max(contextWindow - promptTokens, Math.floor(contextWindow / minShare), 1);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
