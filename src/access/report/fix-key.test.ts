/** A key is fixed where it comes from. */

import { describe, expect, it } from 'vitest';
import type { SecretSource } from '../../model/credential.ts';
import { fixKey } from './standing-fixes.ts';

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

describe('a refused key of the configuration', () => {
  it.each([
    ['config.yaml:6 → environment ACME_KEY', 'set ACME_KEY to a key that works, and restart'],
    ['config.yaml:6 → .env:2', 'put a key that works into .env, line 2'],
    ['config.yaml:6 → /o/other.env:1', 'put a key that works into /o/other.env, line 1'],
    ['config.yaml:6', 'put a key that works into config.yaml, line 6'],
  ])('is replaced where it comes from, or has a stored one after it: %s', (foundAt, words) => {
    for (const state of ['missing', 'out'] as const) {
      const cause = state === 'out' ? 'auth-rejected' : undefined;
      const fix = fixKey({ provider: 'one', source: 'config', foundAt, state, cause });
      expect(fix?.command).toBe('holdfast auth add one');
      expect(fix?.text).toContain(words);
    }
  });

  it('may be stored where its variable is not set at all', () => {
    const foundAt = 'ACME_KEY in /c/.env, ACME_KEY in the environment';
    const fix = fixKey({ provider: 'one', source: 'config', foundAt, state: 'missing' });
    expect(fix?.command).toBe('holdfast auth add one');
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
        expect.stringMatching(/^(do as it says|mend what it names), or/),
        undefined,
      ]);
    }
  });

  it('is, where nobody says more than no', () => {
    for (const evidence of [undefined, '', 'Forbidden', 'Access denied', 'you are forbidden'])
      expect(fixKey({ ...standing, evidence })?.command).toBe('holdfast auth add one');
    const evidence = 'HTTP 403 with an empty body';
    const speaker = { is: 'nobody', meant: 'forbidden-key' } as const;
    expect(fixKey({ ...standing, evidence, speaker })?.command).toBe('holdfast auth add one');
  });
});
