/**
 * The figure in the words of an overflow, as providers and servers have written them; none where
 * there is none.
 */

import { describe, expect, it } from 'vitest';
import type { Failure } from '../../model/failure.ts';
import { findStatedContextWindow } from './stated-context-window.ts';

function overflowOf(error: object, message = 'too long'): Failure {
  const body = JSON.stringify({ error });
  const evidence = { rule: 'test', kind: 'text' } as const;
  return {
    class: 'context-overflow',
    evidence,
    message,
    answer: { status: 400, headers: {}, body },
  };
}

describe('the window that a refusal states', () => {
  it.each<[string, number | undefined]>([
    [
      "This model's maximum context length is 1024 tokens. However, your prompt contains at least 1025 input tokens, which exceeds this limit even without any output tokens.",
      1024,
    ],
    ["This model's maximum context length is 8,192 tokens, however you requested 9,001", 8192],
    [
      "This endpoint's maximum context length is 131072 tokens. However, you requested about 150000.",
      131_072,
    ],
    [
      "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
      131_072,
    ],
    ['prompt is too long: 213462 tokens > 200000 maximum', 200_000],
    [
      'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease one',
      200_000,
    ],
    [
      'The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).',
      1_048_576,
    ],
    [
      "The input (140022 tokens) is longer than the model's context length (131072 tokens).",
      131_072,
    ],
    [
      'request (3417 tokens) exceeds the available context size (512 tokens), try increasing it',
      512,
    ],
    [
      'Prompt contains 165432 tokens, too large for model with 131072 maximum context length',
      131_072,
    ],
    [
      '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]',
      129_024,
    ],
    ['Your request exceeded model token limit: 262144 (requested: 301877)', 262_144],
    [
      'Context Window exceeded for given call.\nModel=openai/tiny, Max Input Tokens=1024, Got=2118',
      1024,
    ],
    ['prompt too long; exceeded max context length by 512 tokens', undefined],
    ['invalid params, context window exceeds limit (2013)', undefined],
    ['Your input exceeds the context window of this model.', undefined],
    ["This model's maximum context length is 0 tokens.", undefined],
  ])('%s', (message, tokens) => {
    expect(findStatedContextWindow(overflowOf({ message }))).toBe(tokens);
    expect(findStatedContextWindow(overflowOf({}, message))).toBe(tokens);
  });

  it('stands in a field of its own where the words have none', () => {
    const error = {
      code: 400,
      message: 'too long',
      type: 'exceed_context_size_error',
      n_prompt_tokens: 3417,
    };
    expect(findStatedContextWindow(overflowOf({ ...error, n_ctx: 512 }))).toBe(512);
    expect(findStatedContextWindow(overflowOf(error))).toBeUndefined();
  });

  it('is not read from another failure', () => {
    const limited = overflowOf({ message: 'maximum context length is 1024 tokens' });
    expect(findStatedContextWindow({ ...limited, class: 'rate-limit' })).toBeUndefined();
  });
});
