import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ConfigError } from '../../errors.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

interface Scene {
  readonly credentials?: object;
  readonly extra?: string;
  readonly baseUrl?: string;
  readonly mayLackKeys?: boolean;
}

function resolve(
  oauth: string,
  { credentials, extra = '', baseUrl = 'https://llm.example/v1', mayLackKeys = true }: Scene = {},
): ResolvedConfig {
  const files = {
    '/h/config.yaml': `main: corp/m\nproviders:\n  corp:\n    protocol: openai-chat\n    base_url: ${baseUrl}\n${oauth === '' ? '' : `    oauth: ${oauth}\n`}${extra}`,
    ...(credentials === undefined ? {} : { '/h/credentials.json': JSON.stringify(credentials) }),
  };
  const host = createFakeHost({
    files,
    environment: { HOLDFAST_HOME: '/h', CORP_KEY: 'sk-test-0123456789' },
  });
  const holder = new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    onEvent: () => undefined,
    mayLackKeys,
  });
  return holder.current();
}

const settingsOf = (oauth: string): LoginSettings | undefined =>
  resolve(oauth).providers.get('corp')?.oauth;

function problemsOf(oauth: string): readonly string[] {
  try {
    resolve(oauth);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ key, message }) => `${key}: ${message}`);
  }
}

const endpoints =
  'device_authorization_endpoint: https://login.example/d, token_endpoint: https://login.example/t';

describe('how to log in at a provider', () => {
  it.each([
    { name: 'nobody can, where nothing is said', oauth: '', expected: undefined },
    {
      name: 'an issuer and a client ask for who it is and to stay logged in',
      oauth: '{issuer: "https://login.example", client_id: ours}',
      expected: {
        issuer: 'https://login.example',
        clientId: 'ours',
        scopes: ['openid', 'offline_access'],
      },
    },
    {
      name: 'two endpoints do without an issuer, and ask for nothing',
      oauth: `{client_id: ours, ${endpoints}}`,
      expected: {
        deviceAuthorizationEndpoint: 'https://login.example/d',
        tokenEndpoint: 'https://login.example/t',
        clientId: 'ours',
        scopes: [],
      },
    },
    {
      name: 'scopes that config names',
      oauth: `{client_id: ours, scopes: [own], ${endpoints}}`,
      expected: {
        deviceAuthorizationEndpoint: 'https://login.example/d',
        tokenEndpoint: 'https://login.example/t',
        clientId: 'ours',
        scopes: ['own'],
      },
    },
    {
      name: 'plain http to loopback',
      oauth: '{issuer: "http://127.0.0.1:9000", client_id: ours}',
      expected: {
        issuer: 'http://127.0.0.1:9000',
        clientId: 'ours',
        scopes: ['openid', 'offline_access'],
      },
    },
  ])('$name', ({ oauth, expected }) => {
    expect(settingsOf(oauth)).toEqual(expected);
  });

  it.each([
    {
      oauth: '{issuer: "https://login.example"}',
      problem: 'providers.corp.oauth: names no client',
    },
    { oauth: '{client_id: ours}', problem: 'providers.corp.oauth: names no server' },
    {
      oauth: '{client_id: ours, token_endpoint: "https://login.example/t"}',
      problem: 'providers.corp.oauth: names no server',
    },
    {
      oauth: `{client_id: ours, issuer: "http://login.example", ${endpoints}}`,
      problem: 'providers.corp.oauth.issuer: would send tokens in the clear',
    },
    {
      oauth: `{client_id: ours, issuer: login, ${endpoints}}`,
      problem: 'providers.corp.oauth.issuer: is not an address',
    },
    {
      oauth: '{client_id: ours, issuer: "https://login.example", client_secret: x}',
      problem: 'providers.corp.oauth.client_secret: unknown key',
    },
  ])('refuses $oauth', ({ oauth, problem }) => {
    expect(problemsOf(oauth)).toContain(problem);
  });

  it('says how to get the first token where nothing else is a key', () => {
    const oauth = '{issuer: "https://login.example", client_id: ours}';
    expect(() => resolve(oauth, { mayLackKeys: false })).toThrow(
      /To fix: holdfast auth login corp, or write providers.corp.api_key/,
    );
  });
});

describe('a login in credentials.json', () => {
  const login = {
    id: 'l1',
    provider: 'corp',
    label: 'ada',
    origin: 'https://llm.example',
    anything: 'else',
  };
  const key = {
    id: 'k1',
    provider: 'corp',
    label: 'work',
    secret: 'sk-test-stored',
    origin: 'https://llm.example',
    addedAt: 1,
    verified: 'unverified',
    order: 1,
  };
  const poolOf = (scene: Scene): readonly string[] =>
    (resolve('', scene).pools.get('corp') ?? []).map(
      ({ id, account }) => `${id} ${account ?? '-'}`,
    );

  it('is a credential behind the stored keys, its limits its own whatever token it has (law 3)', () => {
    const credentials = {
      version: 1,
      keys: [key],
      logins: [login, { ...login, id: 'l2', account: 'team' }],
    };
    expect(poolOf({ credentials, extra: `    api_key: \${CORP_KEY}\n` })).toEqual([
      'corp:config -',
      'corp:stored:k1 -',
      'corp:oauth:l1 corp:oauth:l1',
      'corp:oauth:l2 team',
    ]);
  });

  it('is left out with the stored keys where config ignores them', () => {
    const credentials = { version: 1, logins: [login] };
    expect(poolOf({ credentials, extra: '    ignore_sources: [stored]\n' })).toEqual([]);
  });

  it('is bound to where it was given, with a warning elsewhere (law 12)', () => {
    const credentials = { version: 1, logins: [login] };
    const config = resolve('', { credentials, baseUrl: 'https://elsewhere.example/v1' });
    expect(config.pools.get('corp')).toEqual([]);
    expect(config.warnings.map(({ text }) => text)).toEqual([
      'ada of the logins belongs to https://llm.example (where it was given) and is not sent to https://elsewhere.example. To fix: log in again: holdfast auth login corp',
    ]);
  });
});
