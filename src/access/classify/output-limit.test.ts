/**
 * How many tokens an answer may have, in the words of those who refuse more; each is what a
 * provider wrote.
 */

import { describe, expect, it } from 'vitest';
import { findOutputLimit } from './output-limit.ts';

describe('findOutputLimit', () => {
  it.each<[string, number | undefined]>([
    [
      'max_tokens=5000 cannot be greater than max_model_len=1024. Please request fewer output tokens.',
      924,
    ],
    [
      'litellm.BadRequestError: OpenAIException - max_tokens=5000 cannot be greater than max_model_len=1024. Please request fewer',
      924,
    ],
    [
      "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 1024 tokens and your request has 20 input tokens (5000 > 1024 - 20).",
      1004,
    ],
    [
      "This model's maximum context length is 1024 tokens. However, you requested 5020 tokens (20 in the messages, 5000 in the completion). Please reduce the length.",
      1004,
    ],
    [
      'input length and `max_tokens` exceed context limit: 20 + 210000 > 200000, decrease input length',
      199_980,
    ],
    ['input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000', undefined],
    [
      'max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens for claude',
      64_000,
    ],
    [
      'max_tokens is too large: 100000. This model supports at most 16384 completion tokens',
      16_384,
    ],
    [
      '`max_tokens` must be less than or equal to `32768`, the maximum value for `max_tokens`',
      32_768,
    ],
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8192],
    ['Range of max_tokens should be [1, 8192]', 8192],
    [
      "This model's maximum context length is 1024 tokens. However, your prompt contains at least 1025 input tokens, which exceeds this limit even without any output tokens.",
      undefined,
    ],
    [
      'request (3417 tokens) exceeds the available context size (512 tokens), try increasing it',
      undefined,
    ],
    ['Unsupported parameter: max_tokens', undefined],
  ])('reads %s', (message, expected) => {
    expect(findOutputLimit(message, 300)).toBe(expected);
  });

  it('leaves an eighth of the window to a prompt whose bytes say nothing', () => {
    const message = 'max_tokens=5000 cannot be greater than max_model_len=1024';
    expect(findOutputLimit(message, 4_000_000)).toBe(128);
  });
});
