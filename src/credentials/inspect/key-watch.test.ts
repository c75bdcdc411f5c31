import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';

const secret = (name: string): string => `sk-test-${name}-${'0'.repeat(12)}`;

let runtime: Runtime | undefined;
afterEach(async () => runtime?.close());

/** A runtime with these files and variables, and the codes of what it warned of. */
function start(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): {
  readonly host: FakeHost;
  readonly runtime: Runtime;
  readonly told: string[];
  readonly texts: string[];
} {
  const host = createFakeHost({ files, environment: { HOLDFAST_HOME: '/h', ...variables } });
  const told: string[] = [];
  const texts: string[] = [];
  const started = createRuntime({
    host,
    onEvent: (event) => {
      if (event.type !== 'warning') return;
      told.push(event.code);
      texts.push(event.text);
    },
  });
  runtime = started;
  return { host, runtime: started, told, texts };
}

const configWith = (provider: string): string =>
  `main: deepseek/x\nproviders:\n  deepseek: ${provider}\n`;

describe('a warning about keys', () => {
  it('is told at the start, once, with names and fingerprints and no secret', async () => {
    const { host, told, texts, runtime } = start(
      { '/h/config.yaml': configWith(`{api_key: ${secret('a')}}`) },
      { DEEPSEEK_API_KEY: secret('b') },
    );
    await host.advance(1000);
    expect(told).toEqual(['sources-differ']);
    expect(texts[0]).toMatch(
      /^deepseek has different keys, in this order: config\.yaml:3 \(sha256:\w{16}\), environment DEEPSEEK_API_KEY \(sha256:\w{16}\)$/,
    );
    expect(runtime.warnings()).toMatchObject([{ code: 'sources-differ', text: texts[0] }]);
  });

  it('is told again when the values changed, and not when something else did', async () => {
    const { host, told } = start(
      { '/h/config.yaml': configWith(`{api_key: ${secret('a')}}`) },
      { DEEPSEEK_API_KEY: secret('b') },
    );
    host.setFile(
      '/h/config.yaml',
      `${configWith(`{api_key: ${secret('a')}}`)}aliases: {a: main}\n`,
    );
    await host.advance(1000);
    expect(told).toEqual(['sources-differ']);
    host.setFile('/h/config.yaml', configWith(`{api_key: ${secret('c')}}`));
    await host.advance(1000);
    expect(told).toEqual(['sources-differ', 'sources-differ']);
    host.setFile('/h/config.yaml', configWith(`{api_key: ${secret('b')}}`));
    await host.advance(1000);
    expect(told).toHaveLength(2);
  });

  it('is told of a stored key behind the config, and of the environment behind .env', () => {
    const key = {
      id: 'k1',
      provider: 'deepseek',
      label: 'work',
      secret: secret('s'),
      origin: 'https://api.deepseek.com',
      addedAt: 1,
      verified: 'completion',
      order: 1,
    };
    const { told, texts } = start(
      {
        '/h/config.yaml': configWith(`{api_key: "\${DEEPSEEK_API_KEY}"}`),
        '/h/.env': `DEEPSEEK_API_KEY=${secret('d')}\n`,
        '/h/credentials.json': JSON.stringify({ version: 1, keys: [key] }),
      },
      { DEEPSEEK_API_KEY: secret('e') },
    );
    expect(told).toEqual(['stored-shadowed', 'env-shadowed']);
    expect(texts[0]).toContain('config.yaml:3 → .env:1');
    expect(texts[0]).toContain('the stored key work');
  });

  it('is told of keys that look wrong, and of a gateway key, which is not used', () => {
    const credentials = [
      `{label: quoted, api_key: '"${secret('a')}"'}`,
      `{label: twice, api_key: ${secret('b')}${secret('b')}}`,
      `{label: other, api_key: sk-ant-test-${'0'.repeat(12)}}`,
      `{label: ours, api_key: hf_${'0'.repeat(24)}}`,
    ];
    const { told, texts } = start({
      '/h/config.yaml': configWith(`{credentials: [${credentials.join(', ')}]}`),
    });
    expect(told).toEqual([
      'key-quoted',
      'key-concatenated',
      'key-of-other-provider',
      'gateway-key-ignored',
    ]);
    expect(texts.join('\n')).not.toMatch(/sk-test-|sk-ant-test|hf_0/);
  });

  it('of a command is told once a request has run it: a look runs nothing', async () => {
    const { host, told, runtime } = start({
      '/h/config.yaml': configWith('{credentials: [{command: [vault]}]}'),
    });
    await host.advance(1000);
    expect([told, host.programs.runs.length]).toEqual([[], 0]);
    host.programs.print(`"${secret('a')}"`);
    const report = runtime.keys.report({ signal: new AbortController().signal });
    await host.advance(1000);
    await report;
    expect(told).toEqual(['key-quoted']);
  });

  it('of a key file is told when the file changed and was read', async () => {
    const { host, told, runtime } = start({
      '/h/config.yaml': configWith('{credentials: [{file: key}]}'),
      '/h/key': secret('a'),
    });
    expect(told).toEqual([]);
    host.setFile('/h/key', `KEY=${secret('a')}`);
    await runtime.keys.report({ signal: new AbortController().signal });
    await host.advance(1000);
    expect(told).toEqual(['key-assignment']);
  });
});
