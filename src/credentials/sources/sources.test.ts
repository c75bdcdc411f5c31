/** Every kind of source against the one contract. */

import { createCredential, type SourceStage, testSource } from '../../../test/contracts/source.ts';
import type { FakeHost } from '../../../test/fakes/fake-host.ts';

testSource('literal', (host) => {
  let value = '';
  return {
    host,
    credential: () => createCredential('config', { kind: 'literal', value }),
    put: (text) => {
      value = text ?? '';
    },
    foundAt: 'config',
    holdsAlways: true,
  };
});

testSource('variable in .env', (host) => ({
  host,
  credential: () =>
    createCredential('config', { kind: 'variable', variable: 'KEY', places: ['dotenv', 'env'] }),
  put: (text) => host.setFile('/h/.env', text === undefined ? '' : `KEY="${text}"\n`),
  foundAt: '.env:1',
}));

testSource('variable in the environment', (host) => ({
  host,
  credential: () => createCredential('env', { kind: 'variable', variable: 'KEY', places: ['env'] }),
  put: (text) => host.setEnvironment('KEY', text),
  foundAt: 'environment KEY',
}));

testSource('file', (host) => ({
  host,
  credential: () => createCredential('file', { kind: 'file', path: '/run/key' }),
  put: (text) => host.setFile('/run/key', text),
  foundAt: '/run/key',
}));

testSource('variable in another dotenv file', (host) => ({
  host,
  credential: () =>
    createCredential('config', {
      kind: 'variable',
      variable: 'KEY',
      places: [],
      file: '/agent/.env',
    }),
  put: (text) => host.setFile('/agent/.env', text === undefined ? '' : `KEY="${text}"\n`),
  foundAt: '/agent/.env:1',
}));

testSource('value in a JSON or YAML file', (host) => ({
  host,
  credential: () =>
    createCredential('file', {
      kind: 'file',
      path: '/agent/auth.json',
      pointer: '/pool/a~1b/0/key',
    }),
  put: (text) =>
    host.setFile(
      '/agent/auth.json',
      text === undefined ? '{}' : JSON.stringify({ pool: { 'a/b': [{ key: text }] } }),
    ),
  foundAt: '/agent/auth.json /pool/a~1b/0/key',
}));

testSource('command', (host) => ({
  host,
  credential: () =>
    createCredential('command', {
      kind: 'command',
      command: ['/usr/bin/pass', 'show', 'p'],
      shell: false,
      timeoutMs: 10_000,
      ttlMs: 300_000,
    }),
  put: (text) => {
    if (text !== undefined) host.programs.print(text);
    else
      host.programs.act = () => ({
        result: { ended: 'exited', status: 1, output: '', errorOutput: '' },
      });
  },
  foundAt: 'command pass',
  settlesMs: 300_000,
}));

testSource('keychain', (host) => ({
  host,
  credential: () =>
    createCredential('keychain', { kind: 'keychain', service: 'holdfast', account: 'p' }),
  put: (text) => {
    host.keyring.says = text === undefined ? { state: 'absent' } : { state: 'found', value: text };
  },
  foundAt: 'keychain holdfast/p',
  settlesMs: 1000,
}));

testSource('stored', (host) => openStored(host));

testSource('oauth', (host) => openLogin(host));

function openStored(host: FakeHost): SourceStage {
  const key = {
    id: 'k1',
    provider: 'p',
    label: 'work',
    origin: 'https://p.example',
    addedAt: 1,
    verified: 'unverified',
    order: 1,
  };
  return {
    host,
    credential: () => createCredential('stored', { kind: 'stored', id: 'k1' }),
    put: (secret) => {
      const keys = secret === undefined ? [] : [{ ...key, secret }];
      host.setFile('/h/credentials.json', JSON.stringify({ version: 1, keys }));
    },
    foundAt: 'credentials.json work',
  };
}

function openLogin(host: FakeHost): SourceStage {
  const login = {
    id: 'l1',
    provider: 'p',
    label: 'ada',
    origin: 'https://p.example',
    server: { issuer: 'https://login.example', tokenEndpoint: 'https://login.example/token' },
    clientId: 'holdfast',
    addedAt: 1,
  };
  return {
    host,
    credential: () => createCredential('oauth', { kind: 'oauth', id: 'l1' }),
    put: (access) => {
      const tokens = {
        access,
        receivedAt: host.clock.now(),
        expiresAt: host.clock.now() + 3_600_000,
      };
      const logins = access === undefined ? [] : [{ ...login, tokens }];
      host.setFile('/h/credentials.json', JSON.stringify({ version: 1, logins }));
    },
    foundAt: 'credentials.json login ada',
  };
}
