/** In which protocols a target can be asked, where, and with which keys. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

function resolve(
  given: object,
  environment: Readonly<Record<string, string>> = {},
): ResolvedConfig {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h', ...environment } });
  return new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    given,
    onEvent: () => undefined,
  }).current();
}

/** `protocol base-url style`, the default one first. */
function forms(config: ResolvedConfig): readonly string[] {
  const target = config.routes.get('main')?.targets[0]?.target;
  if (target === undefined) return [];
  return [target, ...(target.alternatives ?? [])].map(
    ({ protocol, baseUrl, authStyle }) => `${protocol} ${baseUrl} ${authStyle}`,
  );
}

const key = 'sk-test-abcdefgh';
const keys = (config: ResolvedConfig): readonly string[] =>
  (config.pools.get('x') ?? []).map(({ id, origin }) => `${id} ${origin}`);

describe('a target can be asked in', () => {
  const chat = 'openai-chat https://api.deepseek.com/v1 bearer';
  const messages = 'anthropic-messages https://api.deepseek.com/anthropic/v1 x-api-key';
  it.each<[string, object, readonly string[]]>([
    ['every protocol of its vendor', {}, [chat, messages]],
    ['one that config names', { protocol: 'anthropic-messages' }, [messages]],
    [
      'those of a known site where config names its base URL',
      { base_url: 'https://api.deepseek.com/v1' },
      [chat, messages],
    ],
    [
      'those of a known site, another one by default',
      { base_url: 'https://api.deepseek.com/anthropic/v1' },
      [messages, chat],
    ],
    [
      'one at a base URL that nobody knows',
      { base_url: 'https://proxy.test/v1' },
      ['openai-chat https://proxy.test/v1 bearer'],
    ],
    [
      'those that config gives addresses',
      {
        base_urls: {
          'openai-chat': 'https://a.test/v1',
          'anthropic-messages': 'https://b.test/v1',
        },
      },
      ['openai-chat https://a.test/v1 bearer', 'anthropic-messages https://b.test/v1 x-api-key'],
    ],
    [
      'each with the style that config names',
      { auth: 'bearer' },
      [chat, messages.replace('x-api-key', 'bearer')],
    ],
  ])('%s', (_name, settings, expected) => {
    expect(
      forms(
        resolve({ main: 'deepseek/m', providers: { deepseek: { api_key: key, ...settings } } }),
      ),
    ).toEqual(expected);
  });

  it.each(['ollama', 'llamacpp', 'vllm', 'lmstudio', 'litellm'])(
    'all that %s speaks, wherever it runs, and only one that config names',
    (name) => {
      const at = (settings: object): readonly string[] =>
        forms(resolve({ main: `${name}/m`, providers: { [name]: { api_key: key, ...settings } } }));
      for (const base_url of ['http://localhost:11434/v1', 'https://gpu.corp.test/llm/v1'])
        expect(at({ base_url })).toEqual([
          `openai-chat ${base_url} bearer`,
          `openai-responses ${base_url} bearer`,
          `anthropic-messages ${base_url} bearer`,
        ]);
      const base_url = 'http://localhost:8000/v1';
      expect(at({ base_url, protocol: 'openai-chat' })).toEqual([`openai-chat ${base_url} bearer`]);
    },
  );

  it('all that its software speaks, where the server is a task of its own', () => {
    const own = { base_url: 'http://gpu.test/v1', model: 'm', auth: 'none', provider: 'ollama' };
    const config = resolve({
      main: 'deepseek/m',
      providers: { deepseek: { api_key: key } },
      auxiliary: { notes: own },
    });
    const alternatives = config.routes.get('notes')?.targets[0]?.target.alternatives ?? [];
    expect(alternatives.map(({ protocol }) => protocol)).toEqual([
      'openai-responses',
      'anthropic-messages',
    ]);
  });

  it('those of the place to which a base URL variable moves it, and no other', () => {
    const environment = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: 'https://corp.test' };
    expect(forms(resolve({ main: 'anthropic/m' }, environment))).toEqual([
      'anthropic-messages https://corp.test/v1 x-api-key',
    ]);
  });

  it('one, where the server is a task of its own', () => {
    const own = { base_url: 'https://own.test/v1', model: 'm', api_key: key, provider: 'deepseek' };
    const config = resolve({
      main: 'deepseek/m',
      providers: { deepseek: { api_key: key } },
      auxiliary: { notes: own },
    });
    expect(config.routes.get('notes')?.targets[0]?.target.alternatives).toBeUndefined();
  });
});

describe('the keys of a provider (law 12)', () => {
  const elsewhere = {
    'openai-chat': 'https://a.test/v1',
    'anthropic-messages': 'https://b.test/v1',
  };

  it('are one for all protocols of one origin', () => {
    const base_urls = {
      'openai-chat': 'https://a.test/v1',
      'anthropic-messages': 'https://a.test/anthropic/v1',
    };
    expect(keys(resolve({ main: 'x/m', providers: { x: { base_urls, api_key: key } } }))).toEqual([
      'x:config https://a.test',
    ]);
  });

  it('are one for each origin, so that what one says of a key does not hold at the other', () => {
    expect(
      keys(resolve({ main: 'x/m', providers: { x: { base_urls: elsewhere, api_key: key } } })),
    ).toEqual(['x:config https://a.test', 'x:config@b.test https://b.test']);
  });
});

describe('what a model takes otherwise than its protocol says', () => {
  const traitsOf = (model: string, own: object = {}): unknown =>
    resolve({
      main: { provider: 'x', model },
      providers: {
        x: {
          base_url: 'https://x.test/v1',
          protocol: 'openai-chat',
          api_key: key,
          models: { [model]: own },
        },
      },
    }).routes.get('main')?.targets[0]?.target.traits;

  it.each<[string, string, object, unknown]>([
    ['is known of its family, whoever serves it', 'anthropic/claude-opus-4.8', {}, ['sampling']],
    ['is what config says', 'claude-opus-4-8', { refuses: ['sampling-pair'] }, ['sampling-pair']],
    [
      'is what config says of a model that nobody knows',
      'm',
      { refuses: ['sampling'] },
      ['sampling'],
    ],
    ['is nothing where nobody knows it', 'm', {}, undefined],
  ])('%s', (_name, model, own, refuses) => {
    expect(Object(traitsOf(model, own))['refuses']).toEqual(refuses);
  });

  it('keeps what config does not name', () => {
    expect(traitsOf('claude-opus-4-8', { system_role: 'developer', efforts: ['low'] })).toEqual({
      refuses: ['sampling'],
      takesSchemas: true,
      systemRole: 'developer',
      efforts: ['low'],
    });
  });
});
