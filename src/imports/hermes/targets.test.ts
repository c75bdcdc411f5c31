import { describe, expect, it } from 'vitest';
import { createTestKey, planFrom } from '../../../test/fakes/hermes-folder.ts';

const key = createTestKey();

/** The `auxiliary` settings and remarks of a config whose main model is deepseek/m. */
function tasksOf(auxiliary: string, rest = '') {
  const plan = planFrom({
    config: `model: {provider: deepseek, default: m}\nproviders: {local: {base_url: "http://127.0.0.1:1/v1"}}\n${rest}auxiliary:\n${auxiliary}`,
    environment: { DEEPSEEK_API_KEY: key, XAI_API_KEY: createTestKey() },
  });
  expect(plan.check.left).toEqual([]);
  const { auxiliary: tasks, providers } = Object(plan.settings);
  // the fixture's own server, where no task names it
  const codes = plan.codes.filter(
    (code) => code !== 'provider-unused config.yaml:2 providers.local',
  );
  return { tasks, providers, codes };
}

describe('an auxiliary task', () => {
  it.each([
    [
      'on the main route keeps what else it says',
      '  title_generation: {provider: auto, model: "", base_url: "", api_key: "", timeout: 30, extra_body: {}, reasoning_effort: ""}\n',
      { title_generation: { timeout: 30 } },
    ],
    [
      'with a model alone takes the main provider',
      '  approval: {model: small}\n',
      { approval: { provider: 'deepseek', model: 'small' } },
    ],
    [
      'keeps its own target, its chain, its bounds and its body',
      `  compression:
    provider: grok
    model: g
    timeout: 400
    max_concurrency: 2
    extra_body: {top_k: 3}
    reasoning_effort: low
    fallback_chain: [{provider: deepseek, model: m}, {provider: local, model: l}, {provider: local, model: l}]
`,
      {
        compression: {
          provider: 'xai',
          model: 'g',
          timeout: 400,
          fallback_chain: ['deepseek/m', 'local/l'],
          max_concurrency: 2,
          extra_body: { top_k: 3 },
          reasoning_effort: 'low',
        },
      },
    ],
    [
      'of the main provider without a model takes the main model',
      '  mcp: {provider: deepseek}\n',
      { mcp: { provider: 'deepseek', model: 'm' } },
    ],
    [
      'that is switched off stays off',
      '  background_review: {enabled: false}\n',
      { background_review: { provider: 'none' } },
    ],
    [
      'whose provider is `none` stays off, with its chain',
      '  vision: {provider: none, fallback_chain: [{provider: deepseek, model: m}]}\n  mcp: {provider: None, model: m}\n',
      { vision: { provider: 'none', fallback_chain: ['deepseek/m'] }, mcp: { provider: 'none' } },
    ],
    [
      'that waits less than Hermes does gets what Hermes gives it',
      '  compression: {timeout: 120}\n',
      { compression: { timeout: 300 } },
    ],
    [
      'of a plugin comes along under its name',
      '  my_plugin: {timeout: 5}\n',
      { my_plugin: { timeout: 5 } },
    ],
  ])('%s', (_name, text, expected) => {
    const { tasks, codes } = tasksOf(text);
    expect({ tasks, codes }).toEqual({ tasks: expected, codes: [] });
  });

  it('with a server of its own becomes a target of a provider at that address, with its key', () => {
    const { tasks, providers, codes } = tasksOf(
      '  vision: {base_url: "https://eyes.example/v1", model: v, key_env: XAI_API_KEY}\n',
    );
    expect(tasks).toEqual({ vision: { provider: 'eyes-example', model: 'v' } });
    expect(providers['eyes-example']).toEqual({
      base_url: 'https://eyes.example/v1',
      protocol: 'openai-chat',
      credentials: [{ label: 'XAI_API_KEY', env: 'XAI_API_KEY' }],
    });
    expect(codes).toEqual(['task-key config.yaml:4 auxiliary.vision.key_env']);
  });

  it('takes the older summary settings where its block says nothing', () => {
    const { tasks } = tasksOf(
      '  compression: {provider: auto}\n',
      'compression: {summary_provider: xai, summary_model: s}\n',
    );
    expect(tasks).toEqual({ compression: { provider: 'xai', model: 's' } });
  });

  it('says what does not fit: settings of all tasks, retired tasks, a stray key, a secret in the body', () => {
    const { tasks, codes } = tasksOf(`  transient_retries: 2
  web_extract: {provider: auto}
  monitor: {api_key: ${key}}
  curator: {extra_body: {token: ${createTestKey()}}}
  goal_judge: {provider: nonesuch, model: x}
`);
    expect(tasks).toEqual({ monitor: {}, curator: {}, goal_judge: {} });
    expect(codes).toEqual([
      'task-setting config.yaml:4 auxiliary.transient_retries',
      'task-retired config.yaml:5 auxiliary.web_extract',
      'stray-key config.yaml:6 auxiliary.monitor.api_key',
      'secret-in-body config.yaml:7 auxiliary.curator.extra_body',
      'unknown-provider config.yaml:8 auxiliary.goal_judge',
    ]);
  });
});
