import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { Credential } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

interface Scene {
  readonly dotenv?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stored?: readonly object[];
}

/** `text` absent: no config file. */
function resolve(text: string | undefined, scene: Scene = {}): ResolvedConfig {
  const files = {
    ...(text === undefined ? {} : { '/h/config.yaml': text }),
    ...(scene.dotenv === undefined ? {} : { '/h/.env': scene.dotenv }),
    ...(scene.stored === undefined
      ? {}
      : { '/h/credentials.json': JSON.stringify({ version: 1, keys: scene.stored }) }),
  };
  const environment = { HOLDFAST_HOME: '/h', HOME: '/home/me', ...scene.environment };
  const host = createFakeHost({ files, environment });
  return new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    onEvent: () => undefined,
  }).current();
}

const withCredentials = (...entries: readonly string[]): string =>
  [
    'main: deepseek/x',
    'providers:',
    '  deepseek:',
    '    credentials:',
    ...entries.map((e) => `      - ${e}`),
  ]
    .join('\n')
    .concat('\n');

const stored = (facts: object = {}): object => ({
  id: 'k1',
  provider: 'deepseek',
  label: 'work',
  secret: `sk-test-${'0'.repeat(16)}`,
  origin: 'https://api.deepseek.com',
  addedAt: 1,
  verified: 'completion',
  order: 1,
  ...facts,
});

const pool = (config: ResolvedConfig, name = 'deepseek'): readonly Credential[] =>
  config.pools.get(name) ?? [];
const ids = (config: ResolvedConfig): readonly string[] => pool(config).map(({ id }) => id);

describe('an entry under credentials', () => {
  it.each(['label', 'account'])('has no %s that would garble a list', (field) => {
    expect(() => resolve(withCredentials(`{${field}: "a\\nb", env: KEY}`))).toThrow(
      /expected one line without control characters/,
    );
  });

  const kinds: readonly { name: string; entry: string; expected: object }[] = [
    {
      name: 'a variable',
      entry: '{label: team, env: TEAM_KEY, account: team, models: [deepseek-*]}',
      expected: {
        id: 'deepseek:config:team',
        label: 'team',
        source: 'config',
        account: 'team',
        models: ['deepseek-*'],
        locator: { kind: 'variable', variable: 'TEAM_KEY', places: ['dotenv', 'env'] },
        location: { path: 'config.yaml', line: 5 },
      },
    },
    {
      name: 'a reference in api_key',
      entry: `{api_key: "\${TEAM_KEY}"}`,
      expected: {
        id: 'deepseek:config:key-1',
        locator: { kind: 'variable', variable: 'TEAM_KEY' },
      },
    },
    {
      name: 'a file beside the config',
      entry: '{file: ./secrets/key}',
      expected: {
        id: 'deepseek:file:key-1',
        source: 'file',
        locator: { kind: 'file', path: '/h/secrets/key' },
      },
    },
    {
      name: 'a file in the home folder',
      entry: '{file: ~/key}',
      expected: { locator: { path: '/home/me/key' } },
    },
    {
      name: 'a value of a file',
      entry: '{file: ~/agent/auth.json, pointer: /pool/xai/0/key}',
      expected: { locator: { path: '/home/me/agent/auth.json', pointer: '/pool/xai/0/key' } },
    },
    {
      name: 'an absolute file',
      entry: '{file: /run/key}',
      expected: { locator: { path: '/run/key' } },
    },
    {
      name: 'a command as a list',
      entry: '{command: [pass, show, deep seek]}',
      expected: {
        id: 'deepseek:command:key-1',
        source: 'command',
        locator: {
          kind: 'command',
          command: ['pass', 'show', 'deep seek'],
          shell: false,
          timeoutMs: defaults.command.timeout * 1000,
          ttlMs: defaults.command.ttl * 1000,
        },
      },
    },
    {
      name: 'a command as one text, with limits',
      entry: `{command: "./bin/key 'a b'", timeout: 2.5, ttl: 0}`,
      expected: { locator: { command: ['/h/bin/key', 'a b'], timeoutMs: 2500, ttlMs: 0 } },
    },
    {
      name: 'a text for a shell, with its variables left to it',
      entry: `{command: "vault read \${VAULT_PATH} | head -1", shell: true}`,
      expected: { locator: { command: [`vault read \${VAULT_PATH} | head -1`], shell: true } },
    },
    {
      name: 'an entry of the keychain',
      entry: '{keychain: holdfast/deepseek/work}',
      expected: {
        id: 'deepseek:keychain:key-1',
        source: 'keychain',
        locator: { kind: 'keychain', service: 'holdfast', account: 'deepseek/work' },
      },
    },
    {
      name: 'an entry of the keychain in two fields',
      entry: '{keychain: {service: a/b, account: c}}',
      expected: { locator: { service: 'a/b', account: 'c' } },
    },
  ];
  for (const { name, entry, expected } of kinds) {
    it(`names ${name}`, () => {
      expect(
        pool(resolve(withCredentials(entry), { environment: { TEAM_KEY: 'k' } }))[0],
      ).toMatchObject(expected);
    });
  }

  it('never prints a secret that stands in it', () => {
    const secret = `sk-test-${'1'.repeat(16)}`;
    const config = resolve(withCredentials(`{api_key: ${secret}}`));
    expect(`${JSON.stringify(pool(config))}${inspect(pool(config), { depth: 9 })}`).not.toContain(
      secret,
    );
    expect(config.values.map(({ value }) => value).join()).not.toContain(secret);
  });

  const refused: readonly { name: string; entries: readonly string[]; expected: string }[] = [
    {
      name: 'no source',
      entries: ['{label: a}'],
      expected:
        'config.yaml:5:9 providers.deepseek.credentials[0]: credential "a" does not say where its key is\n    To fix: add env: NAME (or one of api_key, file, command, keychain)',
    },
    {
      name: 'two sources',
      entries: ['{env: A, file: b}'],
      expected:
        'config.yaml:5:9 providers.deepseek.credentials[0]: names several sources: env, file',
    },
    {
      name: 'a limit of a command without one',
      entries: ['{env: A, ttl: 5}'],
      expected: 'config.yaml:5:18 providers.deepseek.credentials[0].ttl: belongs to a command',
    },
    {
      name: 'a place in a file without the file',
      entries: ['{env: A, pointer: /a}'],
      expected: 'config.yaml:5:18 providers.deepseek.credentials[0].pointer: belongs to a file',
    },
    {
      name: 'a place that is no pointer',
      entries: ['{file: /a, pointer: a.b}'],
      expected:
        'config.yaml:5:20 providers.deepseek.credentials[0].pointer: expected a JSON pointer',
    },
    {
      name: 'a list for a shell',
      entries: ['{command: [a], shell: true}'],
      expected: 'config.yaml:5:10 providers.deepseek.credentials[0].command: is a list',
    },
    {
      name: 'a command that needs a shell',
      entries: ['{command: "a | b"}'],
      expected:
        'config.yaml:5:10 providers.deepseek.credentials[0].command: "|" needs a shell\n    To fix: add shell: true',
    },
    {
      name: 'a variable in a word of a command',
      entries: [`{command: [a, "\${TOKEN}"]}`],
      expected: `\${TOKEN} is not replaced in a command`,
    },
    {
      name: 'a label that is taken',
      entries: ['{label: a, env: A}', '{label: a, env: B}'],
      expected:
        'config.yaml:6:10 providers.deepseek.credentials[1].label: two credentials are labelled a\n    To fix: give each its own label',
    },
    {
      name: 'a misspelt key',
      entries: ['{comand: a}'],
      expected: 'config.yaml:5:10 providers.deepseek.credentials[0].comand: unknown key',
    },
    {
      name: 'a variable that is no name',
      entries: ['{env: "$A"}'],
      expected: 'credentials[0].env: expected the name of a variable',
    },
    {
      name: 'a keychain entry without account',
      entries: ['{keychain: deepseek}'],
      expected: 'credentials[0].keychain: expected "service/account"',
    },
    {
      name: 'no model',
      entries: ['{env: A, models: []}'],
      expected: 'config.yaml:5:18 providers.deepseek.credentials[0].models',
    },
    {
      name: 'a negative ttl',
      entries: ['{command: a, ttl: -1}'],
      expected: 'providers.deepseek.credentials[0].ttl',
    },
  ];
  for (const { name, entries, expected } of refused) {
    it(`is refused, with place and fix, for ${name}`, () => {
      expect(() => resolve(withCredentials(...entries))).toThrow(expected);
    });
  }

  it('has all its problems told at once', () => {
    const read = (): unknown =>
      resolve(withCredentials('{label: a}', '{env: A, ttl: 5}', '{command: "a |"}'));
    for (const line of ['config.yaml:5:', 'config.yaml:6:', 'config.yaml:7:'])
      expect(read).toThrow(line);
  });
});

describe('a pool', () => {
  const everywhere: Scene = {
    stored: [stored(), stored({ id: 'k2', label: 'spare', order: 0, account: 'team' })],
    dotenv: 'DEEPSEEK_API_KEY=d\n',
    environment: { DEEPSEEK_API_KEY: 'e' },
  };

  it('has what config names, then what is stored, then .env, then the environment', () => {
    const config = resolve('main: deepseek/x\nproviders: {deepseek: {api_key: k}}', everywhere);
    expect(ids(config)).toEqual([
      'deepseek:config',
      'deepseek:stored:k2',
      'deepseek:stored:k1',
      'deepseek:dotenv:DEEPSEEK_API_KEY',
      'deepseek:env:DEEPSEEK_API_KEY',
    ]);
    expect(pool(config)[1]).toEqual({
      id: 'deepseek:stored:k2',
      provider: 'deepseek',
      label: 'spare',
      source: 'stored',
      locator: { kind: 'stored', id: 'k2' },
      origin: 'https://api.deepseek.com',
      account: 'team',
    });
  });

  it('follows precedence, the rest behind it, and ignore_sources', () => {
    const turned = resolve('main: deepseek/x\nprecedence: [env, stored]', everywhere);
    expect(pool(turned).map(({ source }) => source)).toEqual(['env', 'stored', 'stored', 'dotenv']);
    const text = 'main: deepseek/x\nproviders: {deepseek: {ignore_sources: [stored, env]}}';
    expect(pool(resolve(text, everywhere)).map(({ source }) => source)).toEqual(['dotenv']);
  });

  it('refuses a precedence and a strategy that do not exist', () => {
    expect(() => resolve('main: deepseek/x\nprecedence: [envv]', everywhere)).toThrow(
      'did you mean env?',
    );
    const text = 'main: deepseek/x\nproviders: {deepseek: {selection: round_robin}}';
    expect(() => resolve(text, everywhere)).toThrow('did you mean round-robin?');
  });

  it('chooses as selection says', () => {
    const config = resolve(
      'main: deepseek/x\nproviders: {deepseek: {selection: least-used}}',
      everywhere,
    );
    expect([
      config.selections?.get('deepseek'),
      resolve('main: deepseek/x', everywhere).selections,
    ]).toEqual(['least-used', new Map([['deepseek', 'fill-first']])]);
  });

  it('has no stored key that was added at another origin (law 12)', () => {
    const text =
      'main: deepseek/x\nproviders: {deepseek: {base_url: "http://127.0.0.1:9/v1", api_key: k}}';
    const config = resolve(text, { stored: [stored()] });
    expect(ids(config)).toEqual(['deepseek:config']);
    expect(config.warnings).toMatchObject([
      {
        code: 'key-bound-elsewhere',
        text: expect.stringContaining('holdfast auth test deepseek:stored:k1 --accept-origin'),
      },
    ]);
  });

  it('has no stored key of another provider', () => {
    expect(() => resolve('main: openai/x', { stored: [stored()] })).toThrow('has no key');
  });
});

describe('without a config', () => {
  it('a stored key chooses the provider, before a variable does', () => {
    const config = resolve(undefined, { stored: [stored()], environment: { OPENAI_API_KEY: 'o' } });
    expect(config.origin).toEqual({ kind: 'stored', label: 'work' });
    expect([...config.providers.keys()]).toEqual(['deepseek']);
    expect(config.warnings[0]?.text).toContain('because its key work is stored');
  });
});
