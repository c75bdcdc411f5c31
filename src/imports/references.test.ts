/**
 * Keys carried over as references: what leaves, what is put into the other config, and that no
 * secret goes along.
 */

import { describe, expect, it } from 'vitest';
import type { Credential, SecretLocator } from '../model/credential.ts';
import { type ExportedKey, exportReferences, importReferences, parseExport } from './references.ts';

const secret = `sk-test-${'x'.repeat(20)}`;

function credential(
  label: string,
  locator: SecretLocator,
  more: Partial<Credential> = {},
): Credential {
  const source = 'config';
  return {
    id: `p:${label}`,
    provider: 'p',
    label,
    source,
    locator,
    origin: 'https://p.test',
    ...more,
  };
}

function exportOf(...credentials: readonly Credential[]): readonly ExportedKey[] {
  return exportReferences(new Map([['p', credentials]]), '/home/me');
}

const command = {
  kind: 'command',
  command: ['pass', 'p'],
  shell: false,
  timeoutMs: 10_000,
  ttlMs: 0,
} as const;

describe('an export', () => {
  it.each<[string, SecretLocator, object]>([
    ['a variable', { kind: 'variable', variable: 'P', places: ['dotenv', 'env'] }, { env: 'P' }],
    [
      "another program's variable",
      { kind: 'variable', variable: 'P', places: [], file: '/home/me/.a/.env' },
      { env: 'P', env_file: '~/.a/.env' },
    ],
    ['a file', { kind: 'file', path: '/home/me/k', pointer: '/a' }, { file: '~/k', pointer: '/a' }],
    ['a command', command, { command: ['pass', 'p'], timeout: 10, ttl: 0 }],
    [
      'the keychain',
      { kind: 'keychain', service: 's', account: 'a' },
      { keychain: { service: 's', account: 'a' } },
    ],
  ])('refers to %s', (_what, locator, reference) => {
    expect(exportOf(credential('k', locator))).toEqual([{ provider: 'p', label: 'k', reference }]);
  });

  it.each<[string, SecretLocator]>([
    ['a secret in the config', { kind: 'literal', value: secret }],
    ['a stored key', { kind: 'stored', id: 'k1' }],
    ['a login', { kind: 'oauth', id: 'l1' }],
  ])('leaves out %s, and says why', (_what, locator) => {
    const [key] = exportOf(credential('k', locator));
    expect(key).toMatchObject({ label: 'k', left_out: expect.any(String) });
    expect(JSON.stringify(key)).not.toContain(secret);
  });

  it('has nothing of what merely happens to be in a shell', () => {
    const variable = { kind: 'variable', variable: 'P', places: ['env'] } as const;
    expect(exportOf(credential('k', variable, { source: 'env' }))).toEqual([]);
  });
});

describe('an import', () => {
  const keys = exportOf(
    credential(
      'a',
      { kind: 'variable', variable: 'A', places: ['env'] },
      { account: 'team', models: ['m-*'] },
    ),
    credential('b', { kind: 'literal', value: secret }),
  );
  const noBuiltin = (): boolean => false;
  const config =
    '# mine\nmain: p/m # fast\nproviders:\n  p:\n    credentials:\n      - {label: old, env: OLD} # kept\n';

  it('adds what has a reference, and leaves comments alone', () => {
    const { text, added, skipped } = importReferences(config, keys, noBuiltin);
    expect(text).toContain('# mine\nmain: p/m # fast\n');
    expect(text).toMatch(
      /\{label: old, env: OLD\} # kept\n {6}- \{label: a, env: A, account: team, models: \[m-\*\]\}\n/,
    );
    expect(added.map(({ label }) => label)).toEqual(['a']);
    expect(skipped.map(({ key }) => key.label)).toEqual(['b']);
  });

  it('changes nothing the second time', () => {
    const { text } = importReferences(config, keys, noBuiltin);
    const again = importReferences(text, keys, noBuiltin);
    expect(again.text).toBe(text);
    expect(again.added).toEqual([]);
  });

  it.each([
    ['an unknown one is left out', 'q', false],
    ['so is a name that only the language knows', '__proto__', false],
    ['a built-in one is taken', 'xai', true],
  ])('of a provider that the config does not name: %s', (_what, provider, isTaken) => {
    const key: ExportedKey = { provider, label: 'k', reference: { env: 'K' } };
    const { text, added, skipped } = importReferences(config, [key], (name) => name === 'xai');
    expect(added).toEqual(isTaken ? [key] : []);
    expect(text === config).toBe(!isTaken);
    expect(skipped.map(({ because }) => because)).toEqual(
      isTaken
        ? []
        : [
            `the provider ${provider} is not known here: write its base_url and protocol into the config first`,
          ],
    );
  });

  it('reads what an export wrote, and nothing else', () => {
    expect(parseExport(JSON.stringify({ schema: 'holdfast.auth-export/1', keys }))).toEqual(keys);
    for (const other of ['', '[]', '{}', '{"schema":"holdfast.auth-export/2","keys":[]}', 'hello'])
      expect(parseExport(other)).toBeUndefined();
  });
});
