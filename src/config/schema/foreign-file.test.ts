/** Whose file it is that stands in the place of ours. */

import { describe, expect, it } from 'vitest';
import { loadText } from '../resolve/load.ts';

const problemsOf = (text: string) => {
  const loaded = loadText('/h/config.yaml', text, () => ({ state: 'found', value: '' }));
  return loaded.isValid ? [] : loaded.problems.map(({ message, fix }) => [message, fix?.text]);
};

/** What people have at the top of each, in more than one wording. */
const files: readonly (readonly [title: string, ...texts: string[]])[] = [
  [
    'LiteLLM',
    'model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: os.environ/K}}]',
    'general_settings: {master_key: sk}\nrouter_settings: {}',
    'environment_variables: {}\nlitellm_settings: {drop_params: true}',
  ],
  [
    'Hermes',
    'model: {default: a/b, provider: auto}\nterminal: {backend: local}\nauxiliary: {}',
    'model: a/b\nproviders: {}\ntoolsets: [all]\nagent: {max_turns: 9}',
    'display: {}\nmemory: {}\nfallback_providers: []',
  ],
  ['Claude Code', '{"env": {"A": "b"}, "permissions": {}}', '{"model": "opus", "hooks": {}}'],
  ['Codex', 'model = "a"\nmodel_provider = "b"\n', '# mine\n\n[model_providers.x]\nname = "x"\n'],
  ['Kilo Code', '{"$schema": "https://app.kilo.ai/config.json", "provider": {}}'],
  [
    'OpenCode',
    '{"$schema": "https://opencode.ai/config.json", "model": "a/b"}',
    '{"provider": {}, "agent": {}}',
    '{"small_model": "a/b"}',
  ],
  [
    'OpenClaw',
    '{"agents": {}, "gateway": {"port": 1}, "channels": {}}',
    '{agents: {}, models: {}}',
  ],
  ['Continue', 'name: A\nversion: 1.0.0\nschema: v1\nmodels: []', '{"models": [], "rules": []}'],
  ['Aider', 'model: a/b\nopenai-api-base: http://127.0.0.1/v1', 'auto-commits: false'],
  ['Gemini CLI', '{"security": {}, "mcpServers": {}}'],
  ['Zed', '{"agent": {}, "language_models": {}}'],
  ['Docker Compose', 'services: {holdfast: {image: a}}', 'version: "3"\nservices: {}'],
  ['Kubernetes', 'apiVersion: v1\nkind: ConfigMap\ndata: {}'],
];

describe.each(files)('a file of %s', (title, ...texts) => {
  it.each(texts)('is told as that, and nothing else of it: %s', (text) => {
    const [first, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(first?.[0]).toBe(`this is a file of ${title}, and not of Holdfast`);
    const isRead = title === 'Hermes';
    expect(first?.[1]).toMatch(isRead ? /: holdfast import hermes --write$/ : /holdfast init/);
  });
});

it.each([
  'main: a/b\nproviders: {a: {base_url: http://127.0.0.1/v1, protocol: openai-chat}}\nmodel_list: []',
  'model: a/b\nproviders: {}\nfallback_chain: []',
  'gateway: {port: 1}\nproviders: {}',
  'mian: a/b',
  'provider: openai\nmodel: a',
  'models: [a/b]',
  '',
  '- a',
])('a file of ours keeps its own findings: %s', (text) => {
  const problems = problemsOf(text);
  expect(problems.length).toBeGreaterThan(0);
  expect(JSON.stringify(problems)).not.toContain('this is a file of');
});

it.each([
  ['A_KEY=x\nB_KEY=y\n', 'lines of NAME=VALUE belong into .env beside it'],
  ['# keys\nexport A_KEY=x\n', 'lines of NAME=VALUE belong into .env beside it'],
  ['\r\nmain = "a/b"\r\n[gateway]\r\nport = 1\r\n', 'this is TOML, and not YAML'],
  ['[gateway]\nport = 1\n', 'this is TOML, and not YAML'],
])('what is no YAML but another form is told as that: %j', (text, message) => {
  expect(problemsOf(text).map(([said]) => said)).toEqual([message]);
});
