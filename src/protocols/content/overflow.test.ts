/** Which number of a refusal is the limit, and which the prompt: none where that is in doubt. */

import { expect, it } from 'vitest';
import { findOverflowTokens } from './overflow.ts';

it.each<[string, number?, number?]>([
  ['prompt is too long: 213462 tokens > 200000 maximum', 213_462, 200_000],
  [
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease one',
    209_573,
    200_000,
  ],
  [
    "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens (5001 in the messages, 4000 in the completion).",
    9001,
    8192,
  ],
  [
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens and 512 `max_new_tokens`',
    4512,
    4096,
  ],
  [
    "This model's maximum context length is 1024 tokens. However, your prompt contains at least 1025 input tokens. (parameter=input_tokens, value=1025)",
    1025,
    1024,
  ],
  ['request (3417 tokens) exceeds the available context size (512 tokens)', 3417, 512],
  ['is greater than the context length (n_keep: 5120>= n_ctx: 4096)', 5120, 4096],
  ['the request of 5000 tokens exceeds the context of 4096 tokens', 5000, 4096],
  // which of the three it is nobody can say
  ['Too long: 4000 tokens and 512 more, with a context of 4096'],
  ['exceeds the available context size (4096 tokens) by 12 tokens'],
  ['exceeds the available context size (4096 tokens)'],
  ['too long'],
])('%s', (said, actual, limit) => {
  const tokens = actual === undefined || limit === undefined ? undefined : { actual, limit };
  expect(findOverflowTokens(said)).toEqual(tokens);
});
