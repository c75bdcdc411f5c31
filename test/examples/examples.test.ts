/**
 * What is shown runs: every example, and the README's, as a process of its own in an empty home.
 */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulatedProvider } from '../../src/sim/index.ts';

const root = join(import.meta.dirname, '../..');
const fromSource = join(import.meta.dirname, 'from-source.ts');
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Run {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

function run(
  file: string,
  argv: readonly string[],
  environment: Record<string, string> = {},
): Promise<Run> {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    HOLDFAST_HOME: home,
    NO_COLOR: '1',
    ...environment,
  };
  return new Promise((resolve) => {
    const child = execFile(file, argv, { cwd: root, env }, (error, out, talk) =>
      resolve({
        status: typeof error?.code === 'number' ? error.code : Number(error !== null),
        out,
        talk,
      }),
    );
    child.stdin?.end();
  });
}

function runScript(
  ...argv: readonly string[]
): (environment?: Record<string, string>) => Promise<Run> {
  return (environment) => run(process.execPath, ['--import', fromSource, ...argv], environment);
}

const expected: Readonly<Record<string, RegExp>> = {
  library:
    /retry 1\/2[\s\S]*answered by spare\/sim\/echo with attempt 4[\s\S]*upstream-refused: .*context/,
  'openai-sdk': /model: main[\s\S]*sky blue[\s\S]*\d+ tokens\ntool call: weather\(\{"city":/,
  embeddings:
    /fail with 400: chat\/tiny: \S+ serves no embeddings[\s\S]*base_url without \/v1\?[\s\S]*by good\/sim\/embed/,
  'gateway-curl': /"object":"list"[\s\S]*data: \[DONE\][\s\S]*To fix[\s\S]*x-holdfast-attempts: 1/i,
};

describe('the example', () => {
  it.each(Object.entries(expected))(
    '%s runs and shows what it says',
    { timeout: 60_000 },
    async (name, said) => {
      const script = join(root, 'examples', name, 'run.ts');
      const ran = existsSync(script)
        ? await runScript(script)()
        : await run('bash', [join(root, 'examples', name, 'run.sh')]);
      expect(ran).toMatchObject({ status: 0, talk: '' });
      expect(ran.out).toMatch(said);
    },
  );
});

/** The code blocks of the README in one language, in order. */
function readmeBlocks(language: string): readonly string[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
}

describe('the README', () => {
  it('has a configuration and a program that run as they stand', { timeout: 60_000 }, async () => {
    const provider = await startSimulatedProvider({ acceptAnyKey: true });
    const [yaml = ''] = readmeBlocks('yaml');
    const [code = ''] = readmeBlocks('ts');
    // The only change: the vendor is on this machine.
    const config = yaml.replace(/https:\/\/token-plan-cn\.xiaomimimo\.com\/v1/, provider.url);
    expect(config).not.toBe(yaml);
    writeFileSync(join(home, 'config.yaml'), config);
    const keys = {
      XIAOMI_API_KEY: `sk-test-${randomUUID()}`,
      DEEPSEEK_API_KEY: `sk-test-${randomUUID()}`,
    };
    const ran = await runScript('--input-type=module-typescript', '--eval', code)(keys);
    const seen = provider.log().map(({ model, status }) => `${model} ${status}`);
    await provider.close();
    expect(ran).toEqual({
      status: 0,
      out: expect.stringContaining('Why is the sky blue?'),
      talk: '',
    });
    expect(seen).toEqual(['mimo-v2.6-pro 200']);
  });

  it('is 200 lines at most', () => {
    expect(
      readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n').length,
    ).toBeLessThanOrEqual(200);
  });
});
