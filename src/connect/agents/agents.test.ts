import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { describeGateway } from '../gateway-address.ts';
import { listAgents } from '../list.ts';
import { planConnection } from '../plan.ts';
import type { GatewayAddress } from '../settings.ts';
import { readUserHome } from '../user-home.ts';
import { agents } from './agents.ts';

const facts = {
  host: '127.0.0.1',
  port: 4653,
  keyCommand: ['holdfast', 'key'],
  gatewayKeyFile: '/k/gateway.key',
} as const;
const gateway = describeGateway({ ...facts, tasks: ['title_generation'] });
const key = `hf_${'0'.repeat(24)}`;

function planOf(
  name: string,
  options: {
    variables?: Record<string, string>;
    files?: Record<string, string>;
    gateway?: GatewayAddress;
    withLogin?: boolean;
  } = {},
) {
  const { variables = {}, files = {} } = options;
  const host = createFakeHost({ environment: { HOME: '/h', ...variables }, files });
  const agent = agents.find((one) => one.name === name);
  if (agent === undefined) throw new Error(name);
  return planConnection(agent, {
    gateway,
    user: readUserHome(host),
    files: host.files,
    key,
    withLogin: options.withLogin,
    ...(options.gateway && { gateway: options.gateway }),
  });
}

describe.each(agents.map(({ name }) => name))('%s', (name) => {
  it('is told address and model, and how to get the key; the key itself stands nowhere', () => {
    const { files, shell } = planOf(name);
    const all = [...files.map(({ settings }) => settings), ...shell].join('\n');
    expect(all).toContain('http://127.0.0.1:4653');
    expect(all).toMatch(
      /holdfast key|"command": ?"holdfast"|command = "holdfast"|\/k\/gateway\.key/,
    );
    expect(all).not.toContain(key);
    expect(files.map(({ diff }) => diff).join('')).not.toContain(key);
  });
});

describe('an agent with a login of its own', () => {
  it.each(agents.filter(({ login }) => login !== undefined).map(({ name }) => [name]))(
    '%s keeps it: our key comes beside it, from the shell that starts it',
    (name) => {
      const plan = planOf(name, { withLogin: true });
      const settings = plan.files.map(({ settings: text }) => text).join('\n');
      expect(settings).toContain('http://127.0.0.1:4653');
      expect(settings).not.toMatch(/apiKeyHelper|auth\]|AUTH_TOKEN|API_KEY"?:|model = /);
      expect(plan.shell.join('\n')).toContain('"$(holdfast key)"');
      expect(JSON.stringify(plan)).not.toContain(key);
      expect(plan.aliases).toEqual({});
    },
  );

  it('says what would take the place of the login', () => {
    const files = { '/h/.claude/settings.json': '{"apiKeyHelper": "holdfast key"}' };
    const { notes } = planOf('claude', { files, withLogin: true });
    expect(notes.join('\n')).toContain('sets apiKeyHelper, which outranks this');
  });
});

describe('where settings go', () => {
  it.each([
    ['claude', {}, ['/h/.claude/settings.json']],
    ['claude', { CLAUDE_CONFIG_DIR: '/c' }, ['/c/settings.json']],
    ['codex', { CODEX_HOME: '/c' }, ['/c/config.toml']],
    ['opencode', { XDG_CONFIG_HOME: '/x' }, ['/x/opencode/opencode.json']],
    ['kilo', {}, ['/h/.config/kilo/kilo.json']],
    ['gptme', { XDG_CONFIG_HOME: '/x' }, ['/x/gptme/config.toml']],
    ['pi', {}, ['/h/.pi/agent/models.json', '/h/.pi/agent/settings.json']],
    ['hermes', { HERMES_HOME: '/c' }, ['/c/config.yaml', '/c/.env']],
    ['reasonix', { REASONIX_HOME: '/c' }, ['/c/config.toml', '/c/.env']],
    ['qwen', {}, ['/h/.qwen/settings.json', '/h/.qwen/.env']],
    ['gemini', {}, ['/h/.gemini/settings.json', '/h/.gemini/.env']],
    ['copilot', {}, []],
    [
      'aider',
      {},
      [
        '/h/.aider.conf.yml',
        '/h/.aider.model.settings.yml',
        '/h/.aider.model.metadata.json',
        '/h/.aider/oauth-keys.env',
      ],
    ],
    ['continue', {}, ['/h/.continue/config.yaml', '/h/.continue/.env']],
    ['llm', { LLM_USER_PATH: '/c' }, ['/c/extra-openai-models.yaml', '/c/keys.json']],
    ['zed', {}, ['/h/.config/zed/settings.json']],
    ['cline', {}, []],
    ['openai', {}, []],
  ])('%s %o', (name, variables, paths) => {
    expect(planOf(name, { variables }).files.map(({ path }) => path)).toEqual(paths);
  });

  it('is the file with comments, where OpenCode has one', () => {
    const path = '/h/.config/opencode/opencode.jsonc';
    expect(planOf('opencode', { files: { [path]: '{}' } }).files.map((file) => file.path)).toEqual([
      path,
    ]);
  });
});

describe('side calls (issue: *haiku*, *mini*)', () => {
  it('go to our task: by name where the agent can be told, by alias where it asks for its own', () => {
    expect(planOf('opencode').files[0]?.settings).toContain(
      '"small_model": "holdfast/title_generation"',
    );
    expect(planOf('aider').files[0]?.settings).toContain('weak-model: openai/title_generation');
    expect(planOf('claude').files[0]?.settings).toContain(
      '"ANTHROPIC_DEFAULT_HAIKU_MODEL": "title_generation"',
    );
    expect(planOf('claude').aliases).toEqual({
      'claude-*haiku*': 'title_generation',
      'claude-*': 'main',
    });
    expect(planOf('codex').files[0]?.settings).toContain('supports_websockets = true');
    expect(planOf('codex').aliases).toEqual({
      'gpt-*mini*': 'title_generation',
      'gpt-*luna*': 'title_generation',
      'codex-auto-review': 'main',
    });
  });

  it("are named in Hermes' own file, where what it says of the title's server would outrank us", () => {
    const files = {
      '/h/.hermes/config.yaml': 'auxiliary:\n  title_generation:\n    base_url: http://t\n',
    };
    const plan = planOf('hermes', { files });
    expect(plan.files[0]?.settings).toContain(
      'title_generation:\n    provider: custom:holdfast\n    model: title_generation',
    );
    expect(plan.notes[0]).toContain(
      'sets auxiliary.title_generation.base_url, which outranks this',
    );
  });

  it('of Hermes go to every task of ours that it has too', () => {
    const more = describeGateway({
      ...facts,
      tasks: ['main', 'compression', 'vision', 'commit_message'],
    });
    const { settings = '' } = planOf('hermes', { gateway: more }).files[0] ?? {};
    for (const task of ['compression', 'vision'])
      expect(settings).toContain(`${task}:\n    provider: custom:holdfast\n    model: ${task}`);
    expect(settings).not.toMatch(/title_generation|commit_message/);
  });

  it("of OpenCode's compaction go to ours, and it is told the window that it compacts for", () => {
    const tasks = ['main', 'title_generation', 'compression'];
    const settingsFor = (window: object): string =>
      planOf('opencode', { gateway: describeGateway({ ...facts, tasks, window }) }).files[0]
        ?.settings ?? '';
    expect(JSON.parse(settingsFor({ context: 64_000 }))).toMatchObject({
      small_model: 'holdfast/title_generation',
      agent: { compaction: { model: 'holdfast/compression' } },
      provider: {
        holdfast: {
          models: {
            main: { limit: { context: 64_000, output: 16_000 } },
            compression: { name: 'Holdfast compression' },
          },
        },
      },
    });
    expect(settingsFor({ context: 64_000, output: 8000 })).toContain('"output": 8000');
    expect(settingsFor({})).not.toContain('limit');
    expect(planOf('opencode').files[0]?.settings).not.toContain('compaction');
  });

  it.each([
    ['opencode', 'opencode.json', '"modalities": {'],
    ['kilo', 'kilo.json', '"modalities": {'],
    ['pi', 'models.json', '"input": ['],
    ['qwen', 'settings.json', '"image": true'],
    ['aider', '.aider.model.metadata.json', '"supports_vision": true'],
    ['llm', 'extra-openai-models.yaml', 'vision: true'],
  ])('of %s bring images where main may be sent them', (name, file, setting) => {
    for (const takesImages of [true, false]) {
      const gateway = describeGateway({ ...facts, tasks: [], takesImages });
      const { files } = planOf(name, { gateway });
      const { settings = '' } = files.find(({ path }) => path.endsWith(file)) ?? {};
      expect(settings.includes(setting)).toBe(takesImages);
    }
  });

  it('of Claude Code are compacted for the window of main, where it is known', () => {
    const settingsFor = (window: object): string =>
      planOf('claude', { gateway: describeGateway({ ...facts, tasks: [], window }) }).files[0]
        ?.settings ?? '';
    expect(settingsFor({})).not.toContain('CLAUDE_CODE');
    expect(JSON.parse(settingsFor({ context: 64_000 }))).toMatchObject({
      env: {
        CLAUDE_CODE_MAX_CONTEXT_TOKENS: '64000',
        CLAUDE_CODE_AUTO_COMPACT_WINDOW: '64000',
      },
    });
  });

  it('of Codex and Hermes begin when the window of main is nearly full, as far as it is known', () => {
    const settingsFor = (name: string, context?: number): string => {
      const window = context === undefined ? {} : { context };
      return (
        planOf(name, { gateway: describeGateway({ ...facts, tasks: [], window }) }).files[0]
          ?.settings ?? ''
      );
    };
    expect(settingsFor('codex', 128_000)).toContain('model_context_window = 128000');
    expect(settingsFor('hermes', 128_000)).toContain('context_length: 128000');
    expect(settingsFor('hermes', 32_000)).not.toContain('context_length');
    for (const name of ['codex', 'hermes']) expect(settingsFor(name)).not.toContain('context');
  });

  it('go to main where no such task is configured', () => {
    const without = describeGateway({ ...facts, tasks: [] });
    expect(planOf('opencode', { gateway: without }).files[0]?.settings).toContain(
      '"small_model": "holdfast/main"',
    );
    expect(planOf('claude', { gateway: without }).files[0]?.settings).not.toContain('HAIKU');
  });
});

describe('what outranks it', () => {
  const elsewhere = '{"env":{"ANTHROPIC_BASE_URL":"https://other.example","FOO":"1"}}';
  const profile = 'profile = "work"\n[profiles.work]\nmodel_provider =';
  it.each<[string, string, string, string | undefined]>([
    ['claude', '/p/.claude/settings.json', elsewhere, 'env.ANTHROPIC_BASE_URL'],
    ['claude', '/p/.claude/settings.local.json', elsewhere, 'env.ANTHROPIC_BASE_URL'],
    ['claude', '/etc/claude-code/managed-settings.json', elsewhere, 'env.ANTHROPIC_BASE_URL'],
    [
      'claude',
      '/p/.claude/settings.json',
      '{"env":{"ANTHROPIC_AUTH_TOKEN":"x"}}',
      'env.ANTHROPIC_AUTH_TOKEN',
    ],
    [
      'claude',
      '/p/.claude/settings.json',
      elsewhere.replace('https://other.example', 'http://127.0.0.1:4653'),
      undefined,
    ],
    ['claude', '/p/.claude/settings.json', '{"permissions":{}}', undefined],
    ['claude', '/p/.claude/settings.json', '{"env":', undefined],
    ['codex', '/h/.codex/config.toml', `${profile} "openai"\n`, 'profiles.work.model_provider'],
    ['codex', '/h/.codex/config.toml', `${profile} "holdfast"\n`, undefined],
    ['codex', '/h/.codex/config.toml', '[profiles.work]\nmodel_provider = "openai"\n', undefined],
    ['codex', '/p/.codex/config.toml', 'model_provider = "openai"\n', 'model_provider'],
    ['aider', '/p/.aider.conf.yml', 'model: gpt-5\n', 'model'],
    ['opencode', '/p/opencode.jsonc', '{"model": "anthropic/claude"}', 'model'],
    ['kilo', '/p/kilo.json', '{"small_model": "openai/gpt-5-nano"}', 'small_model'],
    ['qwen', '/p/.qwen/settings.json', '{"model":{"name":"qwen3"}}', 'model.name'],
    ['gemini', '/p/.gemini/.env', 'GEMINI_API_KEY=theirs\n', 'GEMINI_API_KEY'],
    ['gemini', '/p/.env', 'export GEMINI_API_KEY="theirs"\n', 'GEMINI_API_KEY'],
    ['gemini', '/p/.env', 'DATABASE_URL=x\n# GEMINI_API_KEY=theirs\n', undefined],
    ['aider', '/p/.env', 'FOO=1\nOPENAI_API_KEY=theirs\n', 'OPENAI_API_KEY'],
    ['aider', '/p/.env', 'OPENAI_API_BASE=https://other.example\n', undefined],
    ['gemini', '/p/.gemini/settings.json', '{"model":{"name":"pro"}}', 'model.name'],
  ])('%s: %s with %s', (name, path, text, found) => {
    const files = { [path]: text };
    const plan = planOf(name, { files, variables: { PWD: '/p' } });
    const told = found === undefined ? [] : [{ path, key: found }];
    expect([...plan.rivals, ...plan.above]).toEqual(told);
    if (found !== undefined)
      expect(plan.notes).toContain(`${path} sets ${found}, which outranks this: remove it`);
  });

  it.each(['/h', undefined])('a file of the user is in no project: started in %s', (PWD) => {
    const files = { '/h/.claude/settings.json': elsewhere };
    const plan = planOf('claude', { files, variables: PWD === undefined ? {} : { PWD } });
    expect([...plan.rivals, ...plan.above]).toEqual([]);
  });
});

it('tells what outranks it, and leaves it alone', () => {
  const files = { '/h/.claude/settings.json': '{"env":{"ANTHROPIC_API_KEY":"x"}}' };
  const plan = planOf('claude', { files, variables: { ANTHROPIC_AUTH_TOKEN: 'y' } });
  expect(plan.notes).toContain(
    '/h/.claude/settings.json sets env.ANTHROPIC_API_KEY, which outranks this: remove it',
  );
  expect(plan.shell).toEqual(['unset ANTHROPIC_AUTH_TOKEN']);
  expect(plan.files[0]?.after).toContain('"ANTHROPIC_API_KEY":"x"');
});

it('tells Aider what it would know of the model directly, as far as we know it', () => {
  const known = describeGateway({
    ...facts,
    tasks: ['title_generation'],
    window: { context: 128_000, output: 8192 },
  });
  const [, settings, metadata] = planOf('aider', { gateway: known }).files;
  expect(settings?.after).toContain('edit_format: diff');
  expect(JSON.parse(metadata?.after ?? '')).toMatchObject({
    'openai/main': { max_input_tokens: 128_000, max_output_tokens: 8192 },
    'openai/title_generation': { max_input_tokens: 128_000 },
  });
});

it('lists what is here: by program, by folder, connected or not', () => {
  const files = {
    '/bin/codex': '',
    '/h/.pi/agent': '',
    '/h/.claude': '',
    '/h/.claude/settings.json': '{',
    '/h/.gemini': '',
    ...Object.fromEntries(planOf('aider').files.map(({ path, after }) => [path, after])),
  };
  const host = createFakeHost({ environment: { HOME: '/h', PATH: 'bin:/bin/' }, files });
  const listed = listAgents(agents, {
    host,
    user: readUserHome(host),
    stateFolder: '/s',
    placeOf: () => ({ gateway, key }),
  });
  expect(
    listed
      .filter(({ path }) => path !== undefined)
      .map(({ name, path, state }) => [name, path, state]),
  ).toEqual([
    ['claude', '/h/.claude', 'cannot-read'],
    ['codex', '/bin/codex', 'not-connected'],
    ['pi', '/h/.pi/agent', 'not-connected'],
    ['aider', '/h/.aider.conf.yml', 'connected'],
    ['gemini', '/h/.gemini', 'not-connected'],
  ]);
});

it('whatever `connect` has written is outdated once the gateway is elsewhere', () => {
  for (const agent of agents) {
    const { files } = planOf(agent.name);
    // the address of some stands in the shell alone
    if (!files.some(({ after }) => after.includes('4653'))) continue;
    const written = Object.fromEntries(files.map(({ path, after }) => [path, after]));
    const stateOf = (port: number, notes: Readonly<Record<string, string>>): string | undefined => {
      const host = createFakeHost({ environment: { HOME: '/h' }, files: { ...written, ...notes } });
      const placeOf = (): { gateway: GatewayAddress; key: string } => ({
        gateway: describeGateway({ ...facts, port, tasks: ['title_generation'] }),
        key,
      });
      const user = readUserHome(host);
      return listAgents([agent], { host, user, stateFolder: '/s', placeOf })[0]?.state;
    };
    const note = { [`/s/connected/${agent.name}.json`]: '{}' };
    expect(stateOf(facts.port, note), agent.name).toBe('connected');
    expect(stateOf(4700, note), agent.name).toBe('outdated');
    expect(stateOf(4700, {}), agent.name).toBe('not-connected');
  }
});

it.each([
  ['0.0.0.0', 'http://127.0.0.1:4653'],
  ['::', 'http://[::1]:4653'],
  ['::1', 'http://[::1]:4653'],
  ['gateway.lan', 'http://gateway.lan:4653'],
])('an agent reaches a gateway that listens on %s at %s', (host, url) => {
  expect(describeGateway({ ...facts, host, tasks: ['title_generation'] }).url).toBe(url);
});

it('quotes a launcher in a folder with a space', () => {
  const place = describeGateway({
    ...facts,
    keyCommand: ["/my tools/it's/holdfast.js", 'key'],
    tasks: ['title_generation'],
  });
  expect(place.keyLine).toBe(`'/my tools/it'\\''s/holdfast.js' key`);
});
