/** Clouds whose address has a part: where it comes from, and what is told when it is missing. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ConfigError } from '../../errors.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

const key = `sk-test-${'k'.repeat(20)}`;

function resolve(
  given: object,
  environment: Readonly<Record<string, string>> = {},
): ResolvedConfig {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h', ...environment } });
  const paths = resolvePaths(host.environment);
  return new ConfigHolder({ host, paths, given, onEvent: () => undefined }).current();
}

/** `protocol base-url style`, the default one first. */
function forms(given: object, environment?: Readonly<Record<string, string>>): readonly string[] {
  const target = resolve(given, environment).routes.get('main')?.targets[0]?.target;
  return target === undefined
    ? []
    : [target, ...(target.alternatives ?? [])].map(
        ({ protocol, baseUrl, authStyle }) => `${protocol} ${baseUrl} ${authStyle}`,
      );
}

function problemsOf(
  given: object,
  environment?: Readonly<Record<string, string>>,
): readonly string[] {
  try {
    resolve(given, environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split(/\n(?! )/);
  }
}

const cloud = (name: string, settings: object = {}, model = 'm'): object => ({
  main: `${name}/${model}`,
  providers: { [name]: { api_key: key, ...settings } },
});

const azure = (host: string): readonly string[] =>
  ['openai-chat', 'openai-responses'].map((one) => `${one} https://${host}/openai/v1 api-key`);
const runtime = 'https://bedrock-runtime.us-east-1.amazonaws.com';
const mantle = 'https://bedrock-mantle.us-east-1.api.aws';
const region = { region: 'us-east-1' };
const foundry = (host: string): readonly string[] => [
  `anthropic-messages https://${host}/anthropic/v1 x-api-key`,
];

describe('the address of a cloud', () => {
  it.each<[string, object, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'has the resource of config',
      cloud('azure', { resource: 'mine' }),
      {},
      azure('mine.openai.azure.com'),
    ],
    [
      'has the resource of a variable',
      cloud('azure'),
      { AZURE_RESOURCE_NAME: 'var' },
      azure('var.openai.azure.com'),
    ],
    [
      'has that of config before a variable',
      cloud('azure', { resource: 'mine' }),
      { AZURE_RESOURCE_NAME: 'Not One' },
      azure('mine.openai.azure.com'),
    ],
    [
      'is another known one',
      cloud('azure', { base_url: 'https://mine.services.ai.azure.com/openai/v1' }),
      {},
      azure('mine.services.ai.azure.com'),
    ],
    [
      'is a proxy of one protocol',
      cloud('azure', { base_url: 'https://proxy.test/v1' }),
      {},
      ['openai-chat https://proxy.test/v1 api-key'],
    ],
    [
      'is for Claude',
      cloud('foundry', { resource: 'mine' }),
      {},
      foundry('mine.services.ai.azure.com'),
    ],
    [
      'is for Claude, of a variable',
      cloud('foundry'),
      { ANTHROPIC_FOUNDRY_RESOURCE: 'var' },
      foundry('var.services.ai.azure.com'),
    ],
    [
      'is for OpenAI models of a region',
      cloud('bedrock', region, 'openai.gpt-6'),
      {},
      ['openai-chat', 'openai-responses'].map((one) => `${one} ${runtime}/openai/v1 bearer`),
    ],
    [
      'is for Chat alone',
      cloud('bedrock', region, 'openai.gpt-oss-120b-1:0'),
      {},
      [`openai-chat ${runtime}/openai/v1 bearer`],
    ],
    [
      'is for Claude of a region',
      cloud('bedrock', region, 'anthropic.claude-haiku-4-5'),
      {},
      [`anthropic-messages ${mantle}/anthropic/v1 bearer`],
    ],
    [
      'is for Claude at the runtime',
      cloud('bedrock', { base_url: `${runtime}/anthropic/v1` }, 'global.anthropic.claude-opus-4-8'),
      {},
      [`anthropic-messages ${runtime}/anthropic/v1 bearer`],
    ],
    [
      'has the second variable where the first is empty',
      cloud('bedrock', {}, 'anthropic.x'),
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-1' },
      [`anthropic-messages ${mantle}/anthropic/v1 bearer`],
    ],
    [
      'is the protocol that config names, whatever the model',
      cloud('bedrock', { ...region, protocol: 'openai-chat' }, 'anthropic.x'),
      {},
      [`openai-chat ${runtime}/openai/v1 bearer`],
    ],
    [
      'needs no part',
      cloud('vertex'),
      {},
      [
        'google-generate-content https://aiplatform.googleapis.com/v1/publishers/google x-goog-api-key',
      ],
    ],
  ])('%s', (_name, given, environment, expected) => {
    expect(forms(given, environment)).toEqual(expected);
  });

  it('is that of the variable that moves the key, without a resource', () => {
    const environment = {
      ANTHROPIC_FOUNDRY_API_KEY: key,
      ANTHROPIC_FOUNDRY_BASE_URL: 'https://corp.test/anthropic/',
    };
    expect(forms({ main: 'foundry/m' }, environment)).toEqual(foundry('corp.test'));
  });
});

describe('a part of an address that cannot be used is told once', () => {
  const noResource =
    'given config providers.azure: azure has no resource, a part of its address https://{resource}.openai.azure.com\n    To fix: write providers.azure.resource, or set AZURE_RESOURCE_NAME';
  const word =
    '\n    To fix: write one word of small letters, digits and hyphens, without the rest of the address';
  it.each<[string, object, Readonly<Record<string, string>>, readonly string[]]>([
    ['missing', cloud('azure'), {}, [noResource]],
    [
      'missing, with no settings',
      { main: 'azure/m' },
      { AZURE_OPENAI_API_KEY: key },
      [noResource.replace('providers.azure:', 'main:')],
    ],
    [
      'an address',
      cloud('azure', { resource: 'mine.openai.azure.com' }),
      {},
      [
        `given config providers.azure.resource: "mine.openai.azure.com" is not the name of a resource${word}`,
      ],
    ],
    [
      'another host',
      cloud('bedrock', { region: 'x.evil.test/#' }),
      {},
      [`given config providers.bedrock.region: "x.evil.test/#" is not the name of a region${word}`],
    ],
    [
      'a variable with another host',
      cloud('bedrock'),
      { AWS_REGION: 'evil.test/' },
      [`environment AWS_REGION: "evil.test/" is not the name of a region${word}`],
    ],
    [
      'beside an address',
      cloud('azure', { resource: 'mine', base_url: 'https://proxy.test/v1' }),
      {},
      [
        'given config providers.azure.resource: is set beside an address\n    To fix: keep one of them',
      ],
    ],
    [
      'of a vendor without it',
      cloud('openai', { region: 'eu' }),
      {},
      [
        'given config providers.openai.region: no address of openai has a region\n    To fix: leave it out',
      ],
    ],
  ])('%s', (_name, given, environment, expected) => {
    expect(problemsOf(given, environment)).toEqual(expected);
  });
});

it('a cloud with a part is never chosen without a config (law 10)', () => {
  const environment = { AWS_BEARER_TOKEN_BEDROCK: key, AWS_REGION: 'us-east-1' };
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h', ...environment } });
  const options = { host, paths: resolvePaths(host.environment), onEvent: () => undefined };
  expect(() => new ConfigHolder(options)).toThrow('nothing is configured');
});

describe('a stored key of Bedrock, which has a host for each vendor of models', () => {
  const hosts = [runtime, mantle];
  const poolOf = (origin: string, settings: object = region): readonly string[] => {
    const fact = { addedAt: 1, verified: 'completion', order: 1 };
    const keys = [{ id: 'k1', provider: 'bedrock', label: 'key-1', secret: key, origin, ...fact }];
    const stored = JSON.stringify({ version: 1, keys });
    const host = createFakeHost({
      environment: { HOLDFAST_HOME: '/h' },
      files: { '/h/credentials.json': stored },
    });
    const paths = resolvePaths(host.environment);
    const given = {
      main: 'bedrock/anthropic.x',
      fallback_chain: ['openai/m'],
      providers: { bedrock: settings, openai: { api_key: key } },
    };
    const holder = new ConfigHolder({ host, paths, given, onEvent: () => undefined });
    const { routes, pools } = holder.current();
    const base = routes.get('main')?.targets[0]?.target.baseUrl ?? '';
    return [base, ...(pools.get('bedrock') ?? []).map(({ origin: at }) => at)];
  };

  it.each(hosts)('added at %s is one for both, and moves nobody', (origin) => {
    expect(poolOf(origin)).toEqual([`${mantle}/anthropic/v1`, ...hosts]);
  });

  it.each(['https://proxy.test', runtime.replace('us-east-1', 'eu-west-1')])(
    'added at %s is for nobody here (law 12)',
    (origin) => {
      expect(poolOf(origin)).toEqual([`${mantle}/anthropic/v1`]);
    },
  );
});
