/** A key is fixed where it comes from. */

import { describe, expect, it } from 'vitest';
import type { SecretSource } from '../../model/credential.ts';
import { fixKey } from './judge-routes.ts';

describe('a key that is missing or refused', () => {
  it.each<[SecretSource, string | undefined]>([
    ['command', undefined],
    ['file', undefined],
    ['keychain', undefined],
    ['oauth', 'holdfast auth login one'],
    ['env', 'holdfast auth add one'],
  ])('from a source %s is fixed there', (source, command) => {
    for (const standing of [
      { state: 'missing' },
      { state: 'out', cause: 'auth-rejected' },
    ] as const) {
      const links = { keys: 'https://one.test/keys' };
      const fix = fixKey({ provider: 'one', source, foundAt: 'there', links, ...standing });
      expect(fix?.command).toBe(command);
      if (source === 'env') expect(fix?.text).toContain('https://one.test/keys');
    }
  });
});
