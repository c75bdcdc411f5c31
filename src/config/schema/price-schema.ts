/** Schema of `prices`, the costs of models. */

import { z } from 'zod';
import { optionalField } from './fields.ts';

const usd = z.number().nonnegative();

export const price = z.strictObject({
  input: usd.describe('USD for a million tokens of input. Default: none, required.'),
  output: usd.describe('USD for a million tokens of output. Default: none, required.'),
  cache_read: optionalField(
    usd,
    'USD for a million tokens of input that is read from a cache.',
    'as `input`',
  ),
  cache_write: optionalField(
    usd,
    'USD for a million tokens of input that is written to a cache.',
    'as `input`',
  ),
});
