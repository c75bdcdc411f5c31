import { describe, expect, it } from 'vitest';
import { createTestKey, planFrom } from '../../../test/fakes/hermes-folder.ts';

const [key, other] = [createTestKey(), createTestKey()];
const theirs = {
  config:
    'model: {provider: xiaomi, default: m, context_length: 1000}\nfallback_providers: [{provider: deepseek, model: d}]\nauxiliary: {monitor: {timeout: 5}, mcp: {timeout: 6}}\n',
  dotenv: `XIAOMI_API_KEY=${key}\nDEEPSEEK_API_KEY=${other}\n`,
};

const ours = `# mine
main: xai/g # the fast one
providers:
    xiaomi:
        # the plan
        credentials:
            - {label: XIAOMI_API_KEY, env: OWN_KEY}
auxiliary:
    monitor: {timeout: 9}
`;

describe('an import into a config that is there', () => {
  it('adds what is missing and leaves what is said, with comments and indentation', () => {
    const plan = planFrom({ ...theirs, ours, environment: { XAI_API_KEY: createTestKey() } });
    expect(plan.after).toBe(`# mine
main: xai/g # the fast one
providers:
    xiaomi:
        # the plan
        credentials:
            - {label: XIAOMI_API_KEY, env: OWN_KEY}
            - label: XIAOMI_API_KEY-2
              env: XIAOMI_API_KEY
              env_file: /a/.env
        models:
            m:
                context_window: 1000
    deepseek:
        credentials:
            - label: DEEPSEEK_API_KEY
              env: DEEPSEEK_API_KEY
              env_file: /a/.env
auxiliary:
    monitor: {timeout: 9}
    mcp:
        timeout: 6
fallback_chain:
    - deepseek/d
`);
    expect(plan.codes).toEqual([
      'kept /h/config.yaml main',
      'kept /h/config.yaml auxiliary.monitor',
    ]);
    expect(plan.check.left).toEqual([]);
  });

  it('changes nothing when it is done again, not even a space', () => {
    const text = '{main:   "xiaomi/m"}\n';
    const once = planFrom({ ...theirs, ours: text }).after;
    const again = planFrom({ ...theirs, ours: once });
    expect({ after: again.after, diff: again.diff, codes: again.codes }).toEqual({
      after: once,
      diff: '',
      codes: [],
    });
  });

  it('never gives a key to a provider of ours at another address (law 12)', () => {
    const plan = planFrom({
      ...theirs,
      ours: 'main: xiaomi/own\nproviders: {xiaomi: {base_url: "https://else.example/v1"}}\n',
    });
    expect(plan.settings).toMatchObject({
      providers: {
        xiaomi: { base_url: 'https://else.example/v1' },
        'xiaomi-hermes': { base_url: 'https://api.xiaomimimo.com/v1', protocol: 'openai-chat' },
      },
    });
  });

  it('never gives a key to one of ours that has the next name, either (law 12)', () => {
    const elsewhere = '{base_url: "https://else.example/v1"}';
    const names = ['xiaomi', 'xiaomi-hermes', 'xiaomi-hermes-3'].map(
      (name) => `${name}: ${elsewhere}`,
    );
    const plan = planFrom({
      ...theirs,
      ours: `main: xiaomi/own\nproviders: {${names.join(', ')}}\n`,
    });
    expect(plan.settings).toMatchObject({
      providers: {
        'xiaomi-hermes-2': { base_url: 'https://api.xiaomimimo.com/v1', protocol: 'openai-chat' },
        'xiaomi-hermes-3': { base_url: 'https://else.example/v1' },
      },
    });
  });

  it('shows no key that stands in plain sight in it, however short', () => {
    const secret = createTestKey().slice(0, 11);
    const plan = planFrom({
      ...theirs,
      ours: `main: xiaomi/m\nproviders: {xiaomi: {api_key: ${secret}}}\n`,
    });
    expect(plan.after).toContain(secret);
    expect(plan.diff).toMatch(/api_key: \[redacted\]/);
    expect(plan.diff).not.toContain(secret);
  });

  it.each([
    ['a misspelt one', 'api_keys: SECRET'],
    ['one in a list', 'api_key: [SECRET]'],
  ])('shows no key that stands in plain sight in it where no key is read: %s', (_name, line) => {
    const secret = createTestKey().slice(-11); // of no pattern
    const plan = planFrom({
      ...theirs,
      ours: `main: xiaomi/m\nproviders: {xiaomi: {${line.replace('SECRET', secret)}}}\n`,
    });
    expect(plan.diff).toContain('[redacted]');
    expect(plan.diff).not.toContain(secret);
  });

  it('shows the change as it is where a key of ours is empty', () => {
    const plan = planFrom({
      ...theirs,
      ours: 'main: xiaomi/m\nproviders: {xiaomi: {api_key: ""}}\n',
    });
    expect(plan.diff).toContain('+fallback_chain:');
    expect(plan.diff).not.toContain('[redacted]');
  });
});
