/**
 * The agents: programs people already use, each pointed at the gateway in the way its own
 * documentation gives.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client, Place } from './client.ts';

const listing = 'ls > listing.txt; cat listing.txt';
const described = JSON.stringify({ command: listing, description: 'List the directory' });
/** Claude Code gives this to an agent of the small model. */
const exploration = {
  description: 'Say hello',
  prompt: 'Say hello there.',
  subagent_type: 'Explore',
  model: 'haiku',
};
const programs = join(import.meta.dirname, 'node_modules/.bin');

const webSockets = '--config=model_providers.holdfast.supports_websockets=true';

const codex: Client = {
  name: 'codex',
  half: 'agent',
  package: '@openai/codex',
  protocol: 'openai-responses',
  call: `exec_command(${JSON.stringify({ cmd: listing })})`,
  look: (path) => `view_image(${JSON.stringify({ path })})`,
  goOn: ['resume', '--last'],
  // Under any other name it asks its own model with a prompt of its own, as an ordinary turn.
  compacting: {
    words: [
      '--config=model_auto_compact_token_limit=1000',
      '--config=model_providers.holdfast.name="OpenAI"',
    ],
    environment: {},
  },
  limitMs: 120_000,
  command: (prompt, { gateway, key }, words = []) => ({
    argv: [
      join(programs, 'codex'),
      'exec',
      '--skip-git-repo-check',
      '--sandbox=danger-full-access',
      '--model=main',
      '--config=model_provider=holdfast',
      `--config=model_providers.holdfast={name="holdfast",base_url="${gateway}/v1",env_key="HOLDFAST_KEY",wire_api="responses"}`,
      ...words,
      prompt,
    ],
    environment: { HOLDFAST_KEY: key },
  }),
};

export const agents: readonly Client[] = [
  codex,
  {
    ...codex,
    name: 'codex websocket',
    command: (prompt, place, words = []) => codex.command(prompt, place, [webSockets, ...words]),
  },
  {
    name: 'claude',
    half: 'agent',
    package: '@anthropic-ai/claude-code',
    protocol: 'anthropic-messages',
    call: `Bash(${described})`,
    look: (path) => `Read(${JSON.stringify({ file_path: path })})`,
    sideCall: `Please do Agent(${JSON.stringify(exploration)}) and say what you see.`,
    goOn: ['--continue'],
    limitMs: 120_000,
    command: (prompt, { gateway, key }, words = []) => ({
      argv: [
        join(programs, 'claude'),
        '--model',
        'main',
        '--allowedTools',
        'Bash',
        ...words,
        '-p',
        prompt,
      ],
      environment: {
        ANTHROPIC_BASE_URL: gateway,
        ANTHROPIC_API_KEY: key,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
    }),
  },
  {
    name: 'gemini',
    half: 'agent',
    package: '@google/gemini-cli',
    protocol: 'google-generate-content',
    call: `run_shell_command(${described})`,
    limitMs: 120_000,
    command: (prompt, place) => {
      const auth = { selectedType: 'gemini-api-key' };
      writeSettings(place, '.gemini/settings.json', {
        security: { auth },
        general: { disableAutoUpdate: true },
      });
      return {
        argv: [
          join(programs, 'gemini'),
          '--approval-mode=yolo',
          '--model=main',
          `--prompt=${prompt}`,
        ],
        environment: {
          GOOGLE_GEMINI_BASE_URL: place.gateway,
          GEMINI_API_KEY: place.key,
          GEMINI_CLI_TRUST_WORKSPACE: 'true',
        },
      };
    },
  },
  {
    name: 'opencode',
    half: 'agent',
    package: 'opencode-ai',
    protocol: 'openai-chat',
    call: `bash(${described})`,
    look: (path) => `read(${JSON.stringify({ filePath: path })})`,
    sideCall: 'Say hi.', // every session asks for a title
    sessions: () => ({
      argv: [join(programs, 'opencode'), 'session', 'list'],
      environment: { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' },
    }),
    goOn: ['--continue'],
    compacting: {
      words: [],
      // Between its own 7,700 tokens, and those with a long first prompt.
      environment: {
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: {
            holdfast: { models: { main: { limit: { context: 12_000, output: 1000 } } } },
          },
        }),
      },
    },
    limitMs: 120_000,
    command: (prompt, place, words = []) => {
      writeSettings(place, '.config/opencode/opencode.json', opencodeSettings(place));
      return {
        // opencode puts an argument with a space in it in quotes, and escapes those inside.
        argv: [join(programs, 'opencode'), 'run', ...words, ...prompt.split(' ')],
        environment: { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' },
      };
    },
  },
  {
    name: 'pi',
    half: 'agent',
    package: '@mariozechner/pi-coding-agent',
    protocol: 'openai-chat',
    call: `bash(${JSON.stringify({ command: listing })})`,
    limitMs: 120_000,
    command: (prompt, place) => {
      writeSettings(place, '.pi/agent/models.json', piSettings(place));
      return {
        argv: [
          join(programs, 'pi'),
          '-p',
          '--no-session',
          '--provider',
          'holdfast',
          '--model',
          'main',
          prompt,
        ],
        environment: { PI_OFFLINE: '1' },
      };
    },
  },
  {
    name: 'qwen',
    half: 'agent',
    package: '@qwen-code/qwen-code',
    protocol: 'openai-chat',
    call: `run_shell_command(${described})`,
    goOn: ['--continue'],
    limitMs: 120_000,
    command: (prompt, { gateway, key }, words = []) => ({
      argv: [
        join(programs, 'qwen'),
        '--auth-type=openai',
        '--approval-mode=yolo',
        ...words,
        `--prompt=${prompt}`,
      ],
      environment: {
        OPENAI_API_KEY: key,
        OPENAI_BASE_URL: `${gateway}/v1`,
        OPENAI_MODEL: 'main',
        QWEN_CODE_SUPPRESS_YOLO_WARNING: '1',
      },
    }),
  },
  {
    name: 'copilot',
    half: 'agent',
    package: '@github/copilot',
    protocol: 'openai-chat',
    call: `bash(${described})`,
    goOn: ['--continue'],
    limitMs: 120_000,
    command: (prompt, { gateway, key }, words = []) => ({
      argv: [join(programs, 'copilot'), '--allow-all-tools', ...words, '--prompt', prompt],
      environment: {
        COPILOT_PROVIDER_BASE_URL: `${gateway}/v1`,
        COPILOT_PROVIDER_API_KEY: key,
        COPILOT_MODEL: 'main',
      },
    }),
  },
  {
    name: 'cline',
    half: 'agent',
    package: 'cline',
    protocol: 'openai-chat',
    call: `run_commands(${JSON.stringify({ commands: [listing] })})`,
    limitMs: 120_000,
    command: (prompt, place) => {
      writeSettings(place, '.cline/data/settings/providers.json', clineSettings(place));
      return {
        argv: [join(programs, 'cline'), '--auto-approve', 'true', prompt],
        environment: { AI_SDK_LOG_WARNINGS: 'false' },
      };
    },
  },
  agentSdk('claude agent sdk', '@anthropic-ai/claude-agent-sdk', {
    protocol: 'anthropic-messages',
    call: `Bash(${described})`,
    program: 'claude-agent.mjs',
  }),
  agentSdk('codex sdk', '@openai/codex-sdk', {
    protocol: 'openai-responses',
    call: `exec_command(${JSON.stringify({ cmd: listing })})`,
    program: 'codex-agent.mjs',
  }),
];

/** An agent as a library: a small program of `programs/` that asks it. */
function agentSdk(
  name: string,
  from: string,
  { program, ...rest }: Pick<Client, 'protocol' | 'call'> & { readonly program: string },
): Client {
  return {
    name,
    half: 'agent',
    package: from,
    ...rest,
    goOn: ['--continue'],
    limitMs: 120_000,
    command: (prompt, { gateway, key }, words = []) => ({
      argv: [process.execPath, join(import.meta.dirname, 'programs', program), prompt, ...words],
      environment: { HOLDFAST_URL: gateway, HOLDFAST_KEY: key },
    }),
  };
}

function clineSettings({ gateway, key }: Place): object {
  const provider = 'openai-compatible';
  const settings = { provider, apiKey: key, model: 'main', baseUrl: `${gateway}/v1` };
  const row = { settings, updatedAt: new Date(0).toISOString(), tokenSource: 'manual' };
  return { version: 1, lastUsedProvider: provider, modes: {}, providers: { [provider]: row } };
}

function writeSettings({ home }: Place, path: string, settings: object): void {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings));
}

function opencodeSettings({ gateway, key }: Place): object {
  return {
    model: 'holdfast/main',
    small_model: 'holdfast/title_generation',
    agent: { compaction: { model: 'holdfast/compression' } },
    provider: {
      holdfast: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${gateway}/v1`, apiKey: key },
        models: {
          main: {
            name: 'main',
            attachment: true,
            modalities: { input: ['text', 'image'], output: ['text'] },
          },
          title_generation: { name: 'title_generation' },
          compression: { name: 'compression' },
        },
      },
    },
  };
}

function piSettings({ gateway, key }: Place): object {
  const holdfast = {
    baseUrl: `${gateway}/v1`,
    apiKey: key,
    api: 'openai-completions',
    models: [{ id: 'main' }],
  };
  return { providers: { holdfast } };
}
