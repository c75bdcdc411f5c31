/** What is stored or set, and ruled out by `ignore_sources`, is told where a key is missing. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ConfigError } from '../../errors.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';

const key = `sk-test-${'0'.repeat(16)}`;
const stored = (provider: string): string =>
  JSON.stringify({
    version: 1,
    keys: [
      {
        id: 'k1',
        provider,
        label: 'key-1',
        secret: key,
        origin: 'https://api.openai.com',
        addedAt: 1,
        verified: 'unverified',
        order: 1,
      },
    ],
  });

function refusal(sources: string, files: object, environment: object = {}): string {
  const config = `main: openai/m\nproviders:\n  openai: {ignore_sources: [${sources}]}\n`;
  const host = createFakeHost({
    files: { '/h/config.yaml': config, ...files },
    environment: { HOLDFAST_HOME: '/h', ...environment },
  });
  const paths = resolvePaths(host.environment);
  try {
    new ConfigHolder({ host, paths, onEvent: () => undefined });
    return '';
  } catch (error) {
    return error instanceof ConfigError ? error.message : '';
  }
}

it.each<[string, string, object, object, string]>([
  [
    'a stored key',
    'stored',
    { '/h/credentials.json': stored('openai') },
    {},
    'its stored key key-1 is not used: providers.openai.ignore_sources names stored',
  ],
  [
    'a variable of .env',
    'dotenv',
    { '/h/.env': `OPENAI_API_KEY=${key}` },
    {},
    'OPENAI_API_KEY is set in /h/.env and not used: providers.openai.ignore_sources names dotenv',
  ],
  [
    'a variable of the environment',
    'env',
    {},
    { OPENAI_API_KEY: key },
    'OPENAI_API_KEY is set in the environment and not used: providers.openai.ignore_sources names env',
  ],
])('%s', (_name, sources, files, environment, said) => {
  const message = refusal(sources, files, environment);
  expect(message).toContain(`openai has no key; ${said}`);
  expect(message).toContain('use it: holdfast config unset providers.openai.ignore_sources');
  expect(message).not.toContain(key);
});

it.each([
  ['of another provider', { '/h/credentials.json': stored('deepseek') }],
  ['that is not there', {}],
])('a stored key %s is not told', (_name, files) => {
  expect(refusal('stored', files)).toContain('openai has no key; looked for OPENAI_API_KEY');
});

it('a variable that names the file of the key is told, with the source that reads it', () => {
  const message = refusal('', {}, { OPENAI_API_KEY_FILE: '/run/secrets/openai' });
  expect(message).toContain('openai has no key; OPENAI_API_KEY_FILE is set, which is not read');
  expect(message).toContain(
    `config set providers.openai.credentials '[{"file":"/run/secrets/openai"}]'`,
  );
});
