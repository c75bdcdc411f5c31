/** Schema of what a provider wants beside key and body: further headers, and a query. */

import { z } from 'zod';
import { line, none, optionalField, text } from './fields.ts';

export const addedFields = {
  headers: optionalField(
    z.record(z.string(), line),
    'Headers added to every request to this provider, in place of those of the caller; a list of betas is joined to theirs. Not for keys: see `auth`.',
    none(),
  ),
  query: optionalField(
    z.record(text, line),
    'Parameters added to the query of every request to this provider, such as `{api-version: 2024-10-21}`, in place of those of the caller.',
    none(),
  ),
};
