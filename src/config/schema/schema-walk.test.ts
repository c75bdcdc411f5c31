/** What the schema says of a key path. */

import { describe, expect, it } from 'vitest';
import { defaults } from '../../model/defaults.ts';
import { readKeyPath } from './key-paths.ts';
import { findDefault } from './schema-walk.ts';

describe('the default of a key', () => {
  it.each([
    ['gateway.port', String(defaults.gateway.port)],
    ['gateway', 'as its fields say'],
    ['providers.any.limits', 'by pace'],
    ['auxiliary.any.fallback', 'main'],
    ['auxiliary.any.fallback_chain', undefined],
    ['providers.any.credentials[0].pointer', undefined],
    ['main', undefined],
    ['no.such.key', undefined],
  ])('of %s is %s', (path, shown) => {
    expect(findDefault(readKeyPath(path))).toBe(shown);
  });

  it('may be the word none', () => {
    expect(findDefault(['gateway', 'pinned_fallback'])).toBe('none');
  });
});
