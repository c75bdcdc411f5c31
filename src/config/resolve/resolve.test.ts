import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { defaults } from '../../model/defaults.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

interface Scene {
  readonly environment?: Readonly<Record<string, string>>;
  readonly dotenv?: string;
  readonly flags?: { readonly host?: string; readonly port?: number };
}

function resolve(text: string, scene: Scene = {}): ResolvedConfig {
  const files = {
    '/h/config.yaml': text,
    ...(scene.dotenv === undefined ? {} : { '/h/.env': scene.dotenv }),
  };
  const host = createFakeHost({
    files,
    environment: { HOLDFAST_HOME: '/h', ...scene.environment },
  });
  return new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    flags: scene.flags ?? {},
    onEvent: () => undefined,
  }).current();
}

const ids = (config: ResolvedConfig, pool: string): readonly string[] =>
  (config.pools.get(pool) ?? []).map(({ id }) => id);
const route = (config: ResolvedConfig, task: string): readonly string[] =>
  (config.routes.get(task)?.targets ?? []).map(({ target, reason }) => `${target.id} (${reason})`);

const everywhere: Scene = { environment: { XIAOMI_API_KEY: 'e' }, dotenv: 'MIMO_API_KEY=d\n' };

describe('credentials', () => {
  it("keep the vendor's variable as a spare where config names it in another file", () => {
    const config = resolve(
      'main: xiaomi/m\nproviders:\n  xiaomi:\n    credentials: [{env: XIAOMI_API_KEY, env_file: ../agent/.env}]\n',
      everywhere,
    );
    expect(config.pools.get('xiaomi')?.map(({ locator }) => locator)).toEqual([
      { kind: 'variable', variable: 'XIAOMI_API_KEY', places: [], file: '/h/../agent/.env' },
      { kind: 'variable', variable: 'MIMO_API_KEY', places: ['dotenv'] },
      { kind: 'variable', variable: 'XIAOMI_API_KEY', places: ['env'] },
    ]);
  });

  it('refuse a dotenv file without a variable', () => {
    const text =
      'main: xiaomi/m\nproviders:\n  xiaomi:\n    credentials: [{file: /k, env_file: /agent/.env}]\n';
    expect(() => resolve(text, everywhere)).toThrow(
      /credentials\[0\]\.env_file: belongs to a variable/,
    );
  });

  it('come from config, .env and environment, in this order', () => {
    const config = resolve(
      'main: xiaomi/m\nproviders:\n  xiaomi:\n    api_key: literal\n',
      everywhere,
    );
    expect(config.pools.get('xiaomi')).toEqual([
      {
        id: 'xiaomi:config',
        provider: 'xiaomi',
        label: 'config',
        source: 'config',
        locator: { kind: 'literal', value: 'literal' },
        location: { path: 'config.yaml', line: 4 },
        origin: 'https://api.xiaomimimo.com',
      },
      {
        id: 'xiaomi:dotenv:MIMO_API_KEY',
        provider: 'xiaomi',
        label: 'MIMO_API_KEY',
        source: 'dotenv',
        locator: { kind: 'variable', variable: 'MIMO_API_KEY', places: ['dotenv'] },
        origin: 'https://api.xiaomimimo.com',
      },
      {
        id: 'xiaomi:env:XIAOMI_API_KEY',
        provider: 'xiaomi',
        label: 'XIAOMI_API_KEY',
        source: 'env',
        locator: { kind: 'variable', variable: 'XIAOMI_API_KEY', places: ['env'] },
        origin: 'https://api.xiaomimimo.com',
      },
    ]);
    expect(config.values.find(({ key }) => key === 'providers.xiaomi.api_key')).toEqual({
      key: 'providers.xiaomi.api_key',
      value: '********',
      source: 'config.yaml:4',
    });
  });

  it('are not listed again as known variables when config names them', () => {
    const config = resolve(
      `main: xiaomi/m\nproviders: {xiaomi: {api_key: "\${XIAOMI_API_KEY}"}}`,
      everywhere,
    );
    expect(ids(config, 'xiaomi')).toEqual(['xiaomi:config', 'xiaomi:dotenv:MIMO_API_KEY']);
  });

  it('follow precedence and ignore_sources', () => {
    const turned = resolve('main: xiaomi/m\nprecedence: [env, dotenv]', everywhere);
    expect(ids(turned, 'xiaomi')).toEqual([
      'xiaomi:env:XIAOMI_API_KEY',
      'xiaomi:dotenv:MIMO_API_KEY',
    ]);
    const without = resolve(
      'main: xiaomi/m\nproviders: {xiaomi: {ignore_sources: [env]}}',
      everywhere,
    );
    expect(ids(without, 'xiaomi')).toEqual(['xiaomi:dotenv:MIMO_API_KEY']);
  });

  it('follow the configured base_url', () => {
    const config = resolve(
      'main: xiaomi/m\nproviders: {xiaomi: {base_url: "http://127.0.0.1:9/v1/"}}',
      everywhere,
    );
    expect(config.pools.get('xiaomi')?.map(({ origin }) => origin)).toEqual([
      'http://127.0.0.1:9',
      'http://127.0.0.1:9',
    ]);
  });

  it('stay out when a base URL variable ties them to another origin', () => {
    const config = resolve(
      'main: xiaomi/m\nproviders: {xiaomi: {base_url: "http://127.0.0.1:9/v1", api_key: k}}',
      {
        environment: { XIAOMI_API_KEY: 'e', XIAOMI_BASE_URL: 'https://elsewhere.example/v1' },
      },
    );
    expect(ids(config, 'xiaomi')).toEqual(['xiaomi:config']);
    expect(config.warnings.map(({ code }) => code)).toEqual(['key-bound-elsewhere']);
  });
});

describe('routes', () => {
  const text = `
main: xiaomi/a
fallback_chain: [deepseek/b/c, {provider: deepseek, model: b/c}]
providers:
  xiaomi: {api_key: k}
  deepseek: {api_key: k, timeout: 7, models: {b/c: {limits: {idle: 2}, pace: quick}}}
auxiliary:
  title_generation: {provider: auto}
  vision: {provider: none}
  compression: {provider: deepseek, model: d, fallback_chain: [xiaomi/a], reasoning_effort: low, max_concurrency: 2}
  alone: {provider: deepseek, model: d, fallback: none}
  own: {base_url: "https://s.example/v1", model: m, api_key: t}
aliases: {"claude-*": title_generation}
`;
  const config = resolve(text);

  it('order targets with their reasons, each once: a chain before the main route, which `fallback: none` leaves out', () => {
    const tasks = ['main', 'title_generation', 'compression', 'alone', 'own'];
    expect(Object.fromEntries(tasks.map((task) => [task, route(config, task)]))).toEqual({
      main: ['xiaomi/a (main)', 'deepseek/b/c (fallback_chain[0])'],
      title_generation: ['xiaomi/a (main)', 'deepseek/b/c (fallback_chain[0])'],
      compression: [
        'deepseek/d (auxiliary.compression)',
        'xiaomi/a (auxiliary.compression.fallback_chain[0])',
        'deepseek/b/c (fallback_chain[0])',
      ],
      alone: ['deepseek/d (auxiliary.alone)'],
      own: ['custom/m (auxiliary.own)', 'xiaomi/a (main)', 'deepseek/b/c (fallback_chain[0])'],
    });
    expect(config.tasksOff).toEqual(new Set(['vision']));
    expect(config.tasks?.get('compression')).toEqual({
      timeoutMs: defaults.taskTimeout.compression * 1000,
      isJudged: true,
      maxConcurrency: 2,
    });
    expect(config.aliases).toEqual([{ pattern: 'claude-*', to: 'title_generation' }]);
  });

  it('hold flat targets', () => {
    expect(config.routes.get('main')?.targets[1]?.target).toMatchObject({
      model: 'b/c',
      limits: { wholeMs: 7000, idleMs: 2000 },
      pace: 'quick',
      pool: 'deepseek',
    });
    expect(config.routes.get('compression')?.targets[0]?.target).toMatchObject({
      reasoningEffort: 'low',
      limits: { wholeMs: 7000 }, // the provider's own; the task names none
    });
  });

  it('give a task with its own server only its own key', () => {
    expect(ids(config, 'auxiliary.own')).toEqual(['auxiliary.own:config']);
    expect(config.pools.get('auxiliary.own')?.[0]?.origin).toBe('https://s.example');
  });

  it('never join the model of one place with the endpoint of another', () => {
    const names = fc.constantFrom('one', 'two', 'three');
    const place = fc.record({ provider: names, model: fc.constantFrom('a', 'b', 'c', 'd/e') });
    const chain = fc.array(place, { maxLength: 3 });
    const task = fc.record({ place, chain, fallback: fc.constantFrom('main', 'none') });
    fc.assert(
      fc.property(place, chain, task, (main, fallbacks, side) => {
        const config = resolve(
          JSON.stringify({
            main,
            fallback_chain: fallbacks,
            providers: Object.fromEntries(
              ['one', 'two', 'three'].map((name) => [name, serverOf(name)]),
            ),
            auxiliary: {
              side: { ...side.place, fallback: side.fallback, fallback_chain: side.chain },
            },
          }),
        );
        const written = [main, ...fallbacks, side.place, ...side.chain];
        const pairs = new Set(written.map(({ provider, model }) => `${provider}/${model}`));
        for (const { target } of [...config.routes.values()].flatMap(({ targets }) => targets)) {
          expect(pairs).toContain(`${target.provider}/${target.model}`);
          expect([target.origin, target.pool]).toEqual([
            `https://${target.provider}.example`,
            target.provider,
          ]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('take no number of retries for a task: there is one budget, and the key is named', () => {
    const more = (auxiliary: string): string =>
      `${text.split('auxiliary:')[0]}auxiliary: ${auxiliary}\n`;
    expect(() => resolve(more('{vision: {transient_retries: 99}}'))).toThrow(/transient_retries/);
    expect(() => resolve(more('{transient_retries: -1}'))).toThrow(/transient_retries/);
  });

  it('use no provider that is not named', () => {
    expect([...config.providers.keys()]).toEqual(['xiaomi', 'deepseek']);
  });
});

describe('settings', () => {
  const text =
    'main: x/y\nproviders: {x: {base_url: "http://h:1/v1", protocol: openai-chat, auth: none}}\ngateway: {port: 1}\n';
  const cases: readonly { name: string; scene: Scene; expected: unknown }[] = [
    { name: 'config', scene: {}, expected: { value: 1, source: 'config.yaml:3' } },
    {
      name: 'environment',
      scene: { environment: { HOLDFAST_PORT: '2' } },
      expected: { value: 2, source: 'env HOLDFAST_PORT' },
    },
    {
      name: 'flag',
      scene: { environment: { HOLDFAST_PORT: '2' }, flags: { port: 3 } },
      expected: { value: 3, source: 'flag --port' },
    },
  ];
  for (const { name, scene, expected } of cases) {
    it(`take the port from ${name}`, () => {
      expect(resolve(text, scene).gateway.port).toEqual(expected);
    });
  }

  it('describe a provider of their own in full', () => {
    expect(resolve(text).routes.get('main')?.targets[0]?.target).toEqual({
      id: 'x/y',
      provider: 'x',
      model: 'y',
      protocol: 'openai-chat',
      baseUrl: 'http://h:1/v1',
      origin: 'http://h:1',
      site: 'http://h:1/v1',
      authStyle: 'none',
      isLocal: true,
      billing: 'free',
      keyRequired: false,
      pool: 'x',
      limits: {},
      bodyEdits: [],
      historyRepairs: [{ kind: 'fill-reasoning', field: 'reasoning_content', value: ' ' }],
      roles: 'system-first',
    });
  });

  it.each([
    ['is free', '', undefined, 'free'],
    [
      'is metered where config names a price for it',
      'prices: {x/y: {input: 1, output: 2}}\n',
      1,
      'metered',
    ],
  ])('of a server of their own: it %s', (_name, prices, input, billing) => {
    const target = resolve(`${text}${prices}`).routes.get('main')?.targets[0]?.target;
    expect([target?.price?.input, target?.billing]).toEqual([input, billing]);
  });

  it('replace variables, also where a number stands', () => {
    const config = resolve(text.replace('port: 1}', `port: "\${P}"}`), {
      environment: { P: '77' },
    });
    expect(config.gateway.port.value).toBe(77);
  });
});

describe('a provider without a key', () => {
  const text = `main: one/m
fallback_chain: [two/m, two/n]
providers:
  one: {base_url: "http://h:1/v1", protocol: openai-chat, api_key: "\${ONE}"}
  two: {base_url: "http://h:2/v1", protocol: openai-chat, api_key: "\${TWO}"}
`;
  const warningsFor = (scene: Scene): unknown => resolve(text, scene).warnings;

  it('is told of, once, with what it keeps out and where its key was looked for', () => {
    const said = 'config.yaml:5:3: two has no key, so two/m, two/n cannot be asked; looked for TWO';
    expect(warningsFor({ environment: { ONE: 'k' } })).toEqual([
      { code: 'key-missing', text: said },
    ]);
  });

  it.each<[string, Scene]>([
    ['in .env', { environment: { ONE: 'k' }, dotenv: 'TWO=k\n' }],
    ['in the environment', { environment: { ONE: 'k', TWO: 'k' } }],
  ])('is no matter once the key is %s', (_name, scene) => {
    expect(warningsFor(scene)).toEqual([]);
  });
});

function serverOf(name: string): object {
  return {
    base_url: `https://${name}.example/v1`,
    protocol: 'openai-chat',
    api_key: `sk-test-${name}`,
  };
}
