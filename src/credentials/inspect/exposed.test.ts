import { describe, expect, it } from 'vitest';
import { createCredential } from '../../../test/contracts/source.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { SecretLocator } from '../../model/credential.ts';
import { fileOfSecret, warnOfExposed } from './exposed.ts';

/** A host on which these paths, folders among them, have these modes. */
function exposedWith(
  modes: Readonly<Record<string, number>>,
  path = '/home/me/.env',
): readonly string[] {
  const { files } = createFakeHost();
  for (const [name, mode] of Object.entries(modes)) files.writeAtomic(name, '', mode);
  return warnOfExposed(new Set([path]), files).map(({ text }) => text);
}

const open = { '/home': 0o755, '/home/me': 0o755 };

describe('a file with a key in it', () => {
  it.each([
    ["that is its owner's alone", { ...open, '/home/me/.env': 0o600 }, 0],
    ['that its group can read, which somebody has set so', { ...open, '/home/me/.env': 0o640 }, 0],
    ['that everybody can read', { ...open, '/home/me/.env': 0o644 }, 1],
    [
      'in a folder that nobody else can enter',
      { ...open, '/home/me': 0o700, '/home/me/.env': 0o644 },
      0,
    ],
    [
      'in a folder within such a folder',
      { '/home': 0o700, '/home/me': 0o755, '/home/me/.env': 0o644 },
      0,
    ],
    ['that is not there', open, 0],
  ])('%s is told of %j %i time(s)', (_name, modes, count) => {
    expect(exposedWith(modes)).toHaveLength(count);
  });

  it('is named, with the command that fixes it', () => {
    expect(exposedWith({ ...open, '/home/me/.env': 0o644 })).toEqual([
      '/home/me/.env holds a key and everybody on this machine can read it: chmod 600 /home/me/.env',
    ]);
  });

  it('that another user owns has no command, since only its owner may close it', () => {
    const { files } = createFakeHost();
    const stamp: typeof files.stamp = (path) => {
      return { identity: '', file: path, modifiedAt: 0, mode: 0o755, bytes: 1, isForeign: true };
    };
    const [warning] = warnOfExposed(new Set(['/home/me/.env']), { ...files, stamp });
    expect(warning?.fix).toEqual({
      text: 'make this user its owner, then close it with chmod 600',
    });
  });

  const files = {
    config: '/c/config.yaml',
    dotenv: '/c/.env',
    credentials: '/c/credentials.json',
    gateway: '/c/gateway.key',
    isInDotenv: (variable: string) => variable === 'THERE',
  };
  const both = ['dotenv', 'env'] as const;
  it.each<[string, SecretLocator, string | undefined]>([
    ['a key in the config', { kind: 'literal', value: 'x' }, '/c/config.yaml'],
    ['a variable of .env', { kind: 'variable', variable: 'THERE', places: both }, '/c/.env'],
    [
      'a variable of the environment',
      { kind: 'variable', variable: 'ELSEWHERE', places: both },
      undefined,
    ],
    [
      'a variable of another file',
      { kind: 'variable', variable: 'A', places: both, file: '/o/.env' },
      '/o/.env',
    ],
    ['a key file', { kind: 'file', path: '/k' }, '/k'],
    ['a stored key', { kind: 'stored', id: 'k1' }, '/c/credentials.json'],
    ['a login', { kind: 'oauth', id: 'l1' }, '/c/credentials.json'],
    ['a keychain', { kind: 'keychain', service: 's', account: 'a' }, undefined],
  ])('is found for %s', (_name, locator, expected) => {
    expect(fileOfSecret(createCredential('config', locator), files)).toBe(expected);
  });
});
