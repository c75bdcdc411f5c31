/**
 * Ranks the sources of keys (law 3): what config names, what was stored on purpose, and what the
 * environment happens to have. Pure.
 */

import type { SecretSource } from '../../model/credential.ts';

export type SourceRank = 'named' | 'stored' | 'dotenv' | 'env';

/** Several keys of one rank are a deliberate pool; keys of different ranks shadow one another. */
export function rankOfSource(source: SecretSource): SourceRank {
  switch (source) {
    case 'stored':
    case 'oauth':
      return 'stored';
    case 'dotenv':
    case 'env':
      return source;
    default:
      return 'named';
  }
}
