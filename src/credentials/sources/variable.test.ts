import { describe, expect, it } from 'vitest';
import { createCredential, openReader } from '../../../test/contracts/source.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { SecretLocator } from '../../model/credential.ts';

const variable = { kind: 'variable', variable: 'KEY' } as const;

it.each([
  ['/agent/.env', 'that file is not there'],
  ['/%APPDATA%/.env', 'that file is not there: %APPDATA% is not replaced in a path, write it out'],
  ['/$HOME/.env', 'that file is not there: $HOME is not replaced in a path, write it out'],
])('a variable of a file that is not there says so: %s', (file, expected) => {
  const { reader } = openReader(createFakeHost(), new Set());
  const reading = reader.peek(createCredential('config', { ...variable, places: [], file }));
  expect(reading).toMatchObject({
    state: 'unset',
    detail: `not set: looked for KEY in ${file}; ${expected}`,
  });
});

it.each([
  ['PWD', '/here/.env', 'KEY=', 'is not read: only /h/.env is'],
  ['PWD', '/here/.envrc', 'export KEY=', 'was not run'],
  ['HOME', '/here/.bashrc', 'export KEY=', 'was not run'],
  ['HOME', '/here/.config/fish/config.fish', 'set -gx KEY ', 'was not run'],
])(
  'a key that stands where nobody reads it is to be written into .env: %s %s',
  (name, path, line, told) => {
    const files = { [path]: `${line}sk-test-${'0'.repeat(16)}\n` };
    const host = createFakeHost({ environment: { [name]: '/here' }, files });
    const { reader } = openReader(host, new Set());
    const credential = createCredential('config', { ...variable, places: ['dotenv', 'env'] });
    expect(reader.peek(credential)).toMatchObject({
      state: 'unset',
      detail: expect.stringContaining(told),
      fix: { text: 'write KEY=… into /h/.env' },
    });
  },
);

describe('a variable of a .env that cannot be read', () => {
  it.each<[string, SecretLocator, string]>([
    ['our own', { ...variable, places: ['dotenv', 'env'] }, '/h/.env'],
    ["another agent's", { ...variable, places: [], file: '/agent/.env' }, '/agent/.env'],
  ])('%s: is not called unset', (_, locator, path) => {
    const host = createFakeHost({ files: { [path]: 'K\0E\0Y\0' } });
    const { reader } = openReader(host, new Set());
    expect(reader.peek(createCredential('config', locator))).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(new RegExp(`^${path} cannot be read: `)),
      fix: { text: 'save it as UTF-8' },
    });
  });

  it('is found in the environment all the same', () => {
    const host = createFakeHost({
      environment: { KEY: `sk-test-${'0'.repeat(16)}` },
      files: { '/h/.env': 'K\0E\0Y\0' },
    });
    const { reader } = openReader(host, new Set());
    const credential = createCredential('config', { ...variable, places: ['dotenv', 'env'] });
    expect(reader.peek(credential)).toMatchObject({ state: 'ok', foundAt: 'environment KEY' });
  });
});

const [one, two] = ['a', 'b'].map((letter) => `sk-test-${letter.repeat(16)}`);

it.each([
  [`KEY=${one}\nOTHER=1\nexport KEY=${two}\n`, '.env:3, which hides line 1'],
  [`KEY=${one}\nKEY=\nKEY="${two}"\n`, '.env:3, which hides line 1'],
  [`KEY=${one}\nKEY=${two}\nKEY=${one}\n`, '.env:3, which hides line 2'],
  [`KEY=${one}\nKEY="${one}"\n`, '.env:2'],
  [`KEY=\nKEY=${one}\n`, '.env:2'],
  [`# KEY=${one}\nKEY=${two}\n`, '.env:2'],
])('the place of a key says which line it hides: %j', (text, at) => {
  const host = createFakeHost({ files: { '/h/.env': text } });
  const credential = createCredential('config', { ...variable, places: ['dotenv'] });
  expect(openReader(host, new Set()).reader.peek(credential)).toMatchObject({
    state: 'ok',
    foundAt: at,
  });
});
