import { describe, expect, it } from 'vitest';
import { createTestKey, type HermesFiles, planFrom } from '../../../test/fakes/hermes-folder.ts';

const key = createTestKey();
/** Looks like no vendor's, and might be the name of a variable. */
const pasted = `k${createTestKey().slice(-31)}`;
const atPlace = (label: string, file: string, pointer: string): object => ({
  label,
  file,
  pointer,
});
const inFile = (env: string, label = env): object => ({ label, env, env_file: '/a/.env' });

interface Row {
  readonly name: string;
  readonly files: HermesFiles;
  readonly settings: object;
  readonly codes?: readonly string[];
}

const modelRows: readonly Row[] = [
  {
    name: 'a string without a provider goes to the first key that Hermes would find',
    files: { config: 'model: deepseek-flash\n', dotenv: `DEEPSEEK_API_KEY=${key}\n` },
    settings: {
      main: 'deepseek/deepseek-flash',
      providers: { deepseek: { credentials: [inFile('DEEPSEEK_API_KEY')] } },
    },
  },
  {
    name: 'no model at all becomes the default of the provider that has a key',
    files: { dotenv: `XAI_API_KEY=${key}\n` },
    settings: {
      main: 'xai/grok-4.7',
      providers: { xai: { credentials: [inFile('XAI_API_KEY')] } },
    },
    codes: ['no-config config.yaml'],
  },
  {
    name: 'an alias of theirs is the entry of ours, at the site that Hermes uses',
    files: {
      config: 'model: {provider: glm, default: glm-5.3}\n',
      dotenv: `GLM_API_KEY=${key}\n`,
    },
    settings: {
      main: 'zhipu/glm-5.3',
      providers: {
        zhipu: { base_url: 'https://api.z.ai/api/paas/v4', credentials: [inFile('GLM_API_KEY')] },
      },
    },
  },
  {
    name: 'a base URL of its own moves the provider, and its variable moves it before that',
    files: {
      config: 'model: {provider: xiaomi, default: m, base_url: "https://old.example/v1"}\n',
      dotenv: `XIAOMI_API_KEY=${key}\nXIAOMI_BASE_URL=https://token-plan-cn.xiaomimimo.com/v1\n`,
    },
    settings: {
      main: 'xiaomi/m',
      providers: {
        xiaomi: {
          base_url: 'https://token-plan-cn.xiaomimimo.com/v1',
          credentials: [inFile('XIAOMI_API_KEY')],
        },
      },
    },
    codes: ['base-url-overruled config.yaml:1 model.base_url'],
  },
  {
    name: 'a custom server is described by its address, and needs no key in the own network',
    files: {
      config: 'model: {provider: custom, default: qwen3, base_url: "http://127.0.0.1:8080/v1/"}\n',
    },
    settings: {
      main: '127-0-0-1-8080/qwen3',
      providers: {
        '127-0-0-1-8080': {
          base_url: 'http://127.0.0.1:8080/v1',
          protocol: 'openai-chat',
          auth: 'none',
        },
      },
    },
  },
  {
    name: 'a custom server that a named provider describes is that provider',
    files: {
      config:
        'model: {provider: custom, default: m, base_url: "https://llm.example/v1"}\nproviders: {corp: {base_url: "https://llm.example/v1/", key_env: CORP_KEY}}\n',
      environment: { CORP_KEY: key },
    },
    settings: {
      main: 'corp/m',
      providers: {
        corp: {
          base_url: 'https://llm.example/v1',
          protocol: 'openai-chat',
          credentials: [{ label: 'CORP_KEY', env: 'CORP_KEY' }],
        },
      },
    },
  },
  {
    name: 'what is known of a model comes along; headers do not',
    files: {
      config:
        'model: {provider: deepseek, default: m, context_length: 64000, max_tokens: "8000", default_headers: {X-Team: a}}\n',
      environment: { DEEPSEEK_API_KEY: key },
    },
    settings: {
      main: 'deepseek/m',
      providers: { deepseek: { models: { m: { context_window: 64000, max_output: 8000 } } } },
    },
    codes: ['headers config.yaml:1 model.default_headers'],
  },
];

const keyRows: readonly Row[] = [
  {
    name: 'of the environment that we find by ourselves are not written',
    files: {
      config: 'model: {provider: deepseek, default: m}\n',
      environment: { DEEPSEEK_API_KEY: key },
    },
    settings: { main: 'deepseek/m' },
  },
  {
    name: 'that stand inline as a reference stay a reference, in both of its forms',
    files: {
      config: `model: {provider: deepseek, default: m, api_key: "\${env:MY_KEY}"}\nfallback_model: {provider: xai, model: g, api_key: "\${OTHER}"}\n`,
      dotenv: `MY_KEY=${key}\nOTHER=${createTestKey()}\n`,
    },
    settings: {
      main: 'deepseek/m',
      fallback_chain: ['xai/g'],
      providers: {
        deepseek: { credentials: [inFile('MY_KEY')] },
        xai: { credentials: [inFile('OTHER')] },
      },
    },
  },
  {
    name: 'that were pasted where their variable belongs are referred to there, and never named',
    files: { config: `model: {provider: deepseek, default: m, api_key_env: ${pasted}}\n` },
    settings: {
      main: 'deepseek/m',
      providers: {
        deepseek: { credentials: [atPlace('hermes', '/a/config.yaml', '/model/api_key_env')] },
      },
    },
    codes: ['inline-key config.yaml:1 model.api_key_env'],
  },
  {
    name: 'that stand inline and in a variable alike are that variable',
    files: {
      config: `model: {provider: deepseek, default: m, api_key: ${key}}\n`,
      dotenv: `DEEPSEEK_API_KEY=${key}\n`,
    },
    settings: {
      main: 'deepseek/m',
      providers: { deepseek: { credentials: [inFile('DEEPSEEK_API_KEY')] } },
    },
    codes: ['inline-key-known config.yaml:1 model.api_key'],
  },
  {
    name: 'of rows that name a variable keep their order and labels, and the strategy',
    files: {
      config:
        'model: {provider: deepseek, default: m}\ncredential_pool_strategies: {deepseek: round_robin}\n',
      dotenv: `DEEPSEEK_API_KEY=${key}\nSPARE_KEY=${createTestKey()}\n`,
      auth: {
        credential_pool: {
          deepseek: [
            { label: 'DEEPSEEK_API_KEY', source: 'env:DEEPSEEK_API_KEY', priority: 1 },
            { label: 'spare', source: 'env:SPARE_KEY', priority: '0' },
          ],
        },
      },
    },
    settings: {
      main: 'deepseek/m',
      providers: {
        deepseek: {
          credentials: [inFile('SPARE_KEY', 'spare'), inFile('DEEPSEEK_API_KEY')],
          selection: 'round-robin',
        },
      },
    },
  },
  {
    name: 'of a variable that leads to another one are the last in the row',
    files: {
      config: 'model: {provider: deepseek, default: m}\n',
      dotenv: `DEEPSEEK_API_KEY=\${TEAM_KEY}\nTEAM_KEY=${key}\n`,
    },
    settings: {
      main: 'deepseek/m',
      providers: { deepseek: { credentials: [inFile('TEAM_KEY')] } },
    },
  },
  {
    name: "of the administrator's file come before those of the own one",
    files: {
      config: 'model: {provider: deepseek, default: m}\n',
      dotenv: `DEEPSEEK_API_KEY=${createTestKey()}\n`,
      managed: `DEEPSEEK_API_KEY=${key}\n`,
    },
    settings: {
      main: 'deepseek/m',
      providers: {
        deepseek: {
          credentials: [
            { label: 'DEEPSEEK_API_KEY', env: 'DEEPSEEK_API_KEY', env_file: '/m/.env' },
          ],
        },
      },
    },
  },
  {
    name: 'that are placeholders are left behind',
    files: {
      config: 'model: {provider: deepseek, default: m, api_key: no-key-required}\n',
      environment: { DEEPSEEK_API_KEY: key },
    },
    settings: { main: 'deepseek/m' },
    codes: ['placeholder-key config.yaml:1 model.api_key'],
  },
];

const clouds: readonly Row[] = [
  {
    name: 'clouds, by the address and the mode that they have',
    files: {
      config: `model:
  provider: azure-foundry
  default: my-gpt
  base_url: https://mine.openai.azure.com/openai/v1
  api_mode: chat_completions
fallback_providers:
  - {provider: azure, model: claude-haiku-4-5, base_url: "https://mine.services.ai.azure.com/anthropic", api_mode: anthropic_messages}
  - {provider: custom, model: openai.gpt-oss-120b, base_url: "https://bedrock-mantle.us-east-1.api.aws/v1", key_env: MANTLE_KEY}
  - {provider: bedrock, model: us.anthropic.claude-opus-4-8}
`,
      dotenv: `AZURE_FOUNDRY_API_KEY=${key}\nMANTLE_KEY=${key}2\n`,
    },
    settings: {
      main: 'azure/my-gpt',
      fallback_chain: ['foundry/claude-haiku-4-5', 'bedrock/openai.gpt-oss-120b'],
      providers: {
        azure: {
          base_url: 'https://mine.openai.azure.com/openai/v1',
          credentials: [inFile('AZURE_FOUNDRY_API_KEY')],
        },
        foundry: {
          base_url: 'https://mine.services.ai.azure.com/anthropic/v1',
          protocol: 'anthropic-messages',
          credentials: [inFile('AZURE_FOUNDRY_API_KEY')],
        },
        bedrock: {
          base_url: 'https://bedrock-mantle.us-east-1.api.aws/v1',
          credentials: [inFile('MANTLE_KEY')],
        },
      },
    },
    codes: ['provider-not-carried config.yaml:9 fallback_providers[2]'],
  },
];

const notCarried: readonly Row[] = [
  {
    name: 'unknown, unfit and incomplete providers',
    files: {
      config: `model: {provider: deepseek, default: m}
fallback_providers:
  - {provider: nonesuch, model: a}
  - {provider: huggingface, model: a}
  - {provider: custom, model: a}
  - {provider: custom, model: a, base_url: "ftp://x"}
  - {provider: copilot, model: a}
  - {provider: codex, model: a}
  - {provider: vllm, base_url: "http://10.0.0.5:8000/v1"}
`,
      environment: { DEEPSEEK_API_KEY: key },
    },
    settings: {
      main: 'deepseek/m',
      providers: { vllm: { base_url: 'http://10.0.0.5:8000/v1' } },
    },
    codes: [
      'unknown-provider config.yaml:3 fallback_providers[0]',
      'provider-not-carried config.yaml:4 fallback_providers[1]',
      'custom-without-url config.yaml:5 fallback_providers[2]',
      'base-url config.yaml:6 fallback_providers[3]',
      'login-again config.yaml:7 fallback_providers[4]',
      'login-again config.yaml:8 fallback_providers[5]',
      'no-model config.yaml:9 fallback_providers[6]',
    ],
  },
  {
    name: 'logins, commands and secrets of other managers; keys in plain sight are referred to where they stand',
    files: {
      config: `model: {provider: deepseek, default: m, api_key: ${key}, key_cmd: "pass show x"}
fallback_providers: [{provider: xai, model: g, api_key: "op://vault/xai/key"}]
`,
      dotenv: `DEEPSEEK_API_KEY=${createTestKey()}\nMINIMAX_API_KEY=${createTestKey()}\n`,
      auth: {
        providers: { nous: { tokens: { access_token: createTestKey() } } },
        credential_pool: {
          deepseek: [
            {
              id: 'a',
              label: 'work',
              source: 'manual',
              auth_type: 'api_key',
              access_token: createTestKey(),
            },
            { id: 'b', source: 'device_code', auth_type: 'oauth', access_token: createTestKey() },
            {
              id: 'c',
              source: 'manual',
              access_token: createTestKey(),
              base_url: 'https://other.example/v1',
            },
            { id: 'd', source: 'env:GONE' },
            null,
          ],
          anthropic: [{ source: 'claude_code' }],
        },
      },
    },
    settings: {
      main: 'deepseek/m',
      fallback_chain: ['xai/g'],
      providers: {
        deepseek: {
          credentials: [
            atPlace('hermes', '/a/config.yaml', '/model/api_key'),
            atPlace('work', '/a/auth.json', '/credential_pool/deepseek/0/access_token'),
            inFile('DEEPSEEK_API_KEY'),
          ],
        },
      },
    },
    codes: [
      'key-in-pool auth.json credential_pool.deepseek[0]',
      'login-again auth.json credential_pool.deepseek[1]',
      'key-elsewhere auth.json credential_pool.deepseek[2]',
      'row-without-key auth.json credential_pool.deepseek[3]',
      'inline-key config.yaml:1 model.api_key',
      'key-command config.yaml:1 model.key_cmd',
      'external-secret config.yaml:2 fallback_providers[0].api_key',
      'pool-unused auth.json credential_pool.anthropic[0]',
      'login auth.json providers.nous',
      'variable-unused .env:2 MINIMAX_API_KEY',
    ],
  },
];

function check({ files, settings, codes }: Row): void {
  const plan = planFrom(files);
  expect(plan.settings).toEqual(settings);
  expect(plan.codes).toEqual(codes ?? []);
  expect(plan.check.left).toEqual([]);
  for (const secret of [key, pasted]) expect(JSON.stringify(plan)).not.toContain(secret);
  // every fact that a remark names was known
  for (const { text, fix } of plan.remarks) expect(text + fix?.text).not.toMatch(/\{\w*\}/);
}

describe('the model', () => {
  it.each(modelRows)('$name', check);
});

describe('keys', () => {
  it.each(keyRows)('$name', check);
});

describe('left behind, each with one remark, and nothing else is lost', () => {
  it.each(notCarried)('$name', check);
  it.each(clouds)('$name', check);
});
