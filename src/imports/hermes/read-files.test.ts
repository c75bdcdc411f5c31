import { describe, expect, it } from 'vitest';
import { createTestKey, type HermesFiles, planFrom } from '../../../test/fakes/hermes-folder.ts';

const key = createTestKey();
const dotenv = `DEEPSEEK_API_KEY=${key}\n`;
const config = 'model: {provider: deepseek, default: m}\n';

describe('a folder that cannot be read', () => {
  it.each<[string, HermesFiles, RegExp]>([
    ['holds nothing', {}, /^\/a holds no config\.yaml, \.env or auth\.json/],
    [
      'has a config that is no YAML',
      { config: 'model: {provider: [\n', dotenv },
      /^\/a\/config\.yaml:\d+:\d+ is not valid YAML/,
    ],
    [
      'meets a config of ours that is no YAML',
      { config, dotenv, ours: 'main: [\n' },
      /^\/h\/config\.yaml:/,
    ],
  ])('%s: one message says so', (_name, files, message) => {
    expect(() => planFrom(files)).toThrow(message);
  });
});

describe('what is broken in part', () => {
  it('is said once, without a word of the file, and the rest comes along', () => {
    const plan = planFrom({ config, dotenv, auth: `{"credential_pool": ${key}`, corrupt: '{' });
    expect(plan.settings).toMatchObject({ main: 'deepseek/m' });
    expect(plan.codes).toEqual([
      'store-was-corrupt auth.json.corrupt',
      'store-is-corrupt auth.json',
    ]);
    expect(JSON.stringify(plan)).not.toContain(key);
  });

  it('of the shapes is left out alone', () => {
    const plan = planFrom({
      config: `${config}providers: [1]\ncustom_providers: {name: x, base_url: 3}\nfallback_providers: [3, {provider: deepseek, model: n}]\nauxiliary: none\ncredential_pool_strategies: 7\n`,
      dotenv: `${dotenv}DEEPSEEK_API_KEY=${key}\n`,
      auth: {
        providers: 3,
        credential_pool: { deepseek: { id: 'x' }, xai: [7] },
        suppressed_sources: [],
      },
    });
    expect(plan.settings).toMatchObject({ main: 'deepseek/m', fallback_chain: ['deepseek/n'] });
    expect(plan.codes).toEqual([
      'variable-repeated .env',
      'pool-source auth.json credential_pool.deepseek[0]',
      'provider-unused config.yaml:3 custom_providers[0]',
    ]);
  });

  it.each([
    ['at our address', 'gateway', 'http://localhost:4653/v1', ''],
    [
      'at the address of our config',
      'gateway',
      'http://127.0.0.1:4700/v1',
      'gateway: {port: 4700}\n',
    ],
    ['that was connected at another port', 'holdfast', 'http://127.0.0.1:4800/v1', ''],
  ])('knows Holdfast itself, %s', (_case, name, url, ours) => {
    const plan = planFrom({
      ours,
      config: `
model: {provider: "custom:${name}", default: main}
fallback_providers: [{provider: deepseek, model: m}]
custom_providers:
  - {name: ${name}, base_url: "${url}", key_env: HOLDFAST_API_KEY}
  - {name: spare, base_url: "https://spare.example/v1"}
auxiliary: {compression: {provider: "custom:${name}", model: compression}}
`,
    });
    expect(plan.settings).toMatchObject({ fallback_chain: ['deepseek/m'] });
    expect(plan.after).not.toMatch(/holdfast\/main|4800|custom/);
    expect(plan.codes).toEqual([
      'ourselves config.yaml:5 custom_providers[0]',
      'provider-unused config.yaml:6 custom_providers[1]',
    ]);
    expect(plan.check.added).toEqual([]);
  });

  it('leaves the main target and the keys for later', () => {
    const plan = planFrom({ config: 'auxiliary: {}\n' });
    expect(plan.codes).toEqual(['no-main config.yaml:1 model']);
    expect(plan.check).toMatchObject({
      added: [],
      left: [{ key: 'main', message: 'is missing: nothing is written here' }],
    });
    expect(planFrom({ config }).check).toMatchObject({
      added: [],
      left: [{ key: 'main', message: expect.stringMatching(/has no key/) }],
    });
  });
});
