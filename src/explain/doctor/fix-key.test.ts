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

describe('a key that is forbidden what is asked', () => {
  const standing = { provider: 'one', state: 'out', cause: 'forbidden-key' } as const;

  it('is not replaced where the provider says what would help', () => {
    for (const evidence of [
      'Resource protected by organization SAML enforcement.',
      'Project has been archived. Please use another project.',
      'This key lacks the scope model.request',
    ]) {
      const fix = fixKey({ ...standing, evidence });
      expect([fix?.text, fix?.command]).toEqual([
        expect.stringMatching(/^do as it says/),
        undefined,
      ]);
    }
  });

  it('is, where nobody says more than no', () => {
    for (const evidence of [undefined, '', 'Forbidden', 'Access denied', 'you are forbidden'])
      expect(fixKey({ ...standing, evidence })?.command).toBe('holdfast auth add one');
    const evidence = 'HTTP 403 with an empty body';
    expect(fixKey({ ...standing, evidence })?.command).toBe('holdfast auth add one');
  });
});
