/** The source of a secret that stands in the config itself. */

import type { Credential } from '../../model/credential.ts';
import { createLookedAt, formatLocation, type LocatorOf, type Source } from './source.ts';

export function createLiteralSource(): (credential: Credential, locator: LocatorOf<'literal'>) => Source {
  return ({ location }, { value }) =>
    createLookedAt(() => ({
      state: 'found',
      value,
      at: location === undefined ? 'config' : formatLocation(location),
    }));
}
