/**
 * Commands in an empty home: what they print, how they end, and whose key `ask` sends; and what the
 * library exports.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as surface from '../../src/index.ts';
import { startSimulatedProvider } from '../../src/sim/index.ts';

const root = join(import.meta.dirname, '../..');
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
});
afterEach(() => rmSync(home, { recursive: true }));

interface Run {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

function holdfast(argv: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  const env = { PATH: process.env['PATH'], HOLDFAST_HOME: home, NO_COLOR: '1', ...environment };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'bin/holdfast.js'), ...argv],
      { env },
      (error, out, talk) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, talk });
      },
    );
    child.stdin?.end();
  });
}

describe('holdfast', () => {
  it('says the version of the package, and the commit', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const out = expect.stringMatching(new RegExp(`^${version}( \\([0-9a-f]{7}\\))?\\n$`));
    expect(await holdfast(['--version'])).toEqual({ status: 0, out, talk: '' });
  });

  it('exits 3 and says how to begin when nothing is configured', async () => {
    const run = await holdfast(['serve']);
    expect(run.status).toBe(3);
    expect(run.talk).toMatch(/nothing is configured[\s\S]*To fix: holdfast init/);
  });

  it('names file, line, column and the nearest key of a typo', async () => {
    writeFileSync(
      join(home, 'config.yaml'),
      'main: deepseek/deepseek-flash\nproviders:\n  deepseek:\n    api_ky: x\n',
    );
    const run = await holdfast(['config', 'check']);
    expect(run.status).toBe(3);
    expect(run.talk).toMatch(/config\.yaml:4:5 .*api_ky[\s\S]*api_key/);
  });

  it('lists every simulated model and key', async () => {
    const run = await holdfast(['sim', '--list']);
    expect(run.status).toBe(0);
    expect(run.out).toMatch(/sim\/cut-after-N[\s\S]*sk-sim-never/);
  });
});

describe('holdfast ask', () => {
  it('sends exactly the key of config.yaml, then of .env, then of the environment', async () => {
    const provider = await startSimulatedProvider({ acceptAnyKey: true });
    const config = (key: string): string =>
      `main: xiaomi/mimo-v2.6-pro\nproviders:\n  xiaomi:\n    base_url: ${provider.url}\n${key}`;
    const environment = { XIAOMI_API_KEY: 'sk-test-from-environment' };
    const ask = () => holdfast(['ask', 'hello'], environment);
    writeFileSync(join(home, 'config.yaml'), config('    api_key: sk-test-from-config\n'));
    writeFileSync(join(home, '.env'), 'XIAOMI_API_KEY=sk-test-from-dotenv\n');
    const fromConfig = await ask();
    writeFileSync(join(home, 'config.yaml'), config(''));
    const fromDotenv = await ask();
    writeFileSync(join(home, '.env'), '');
    const fromEnvironment = await ask();
    const keys = provider.log().map(({ keyFingerprint }) => keyFingerprint);
    await provider.close();
    expect([fromConfig, fromDotenv, fromEnvironment].map(({ status }) => status)).toEqual([
      0, 0, 0,
    ]);
    expect(fromConfig.out).toContain('hello');
    expect(keys).toEqual(
      ['sk-test-from-config', 'sk-test-from-dotenv', 'sk-test-from-environment'].map(fingerprint),
    );
    expect(JSON.stringify([fromConfig, fromDotenv, fromEnvironment])).not.toContain('sk-test-from');
  });
});

describe('the library', () => {
  it('exports what src/index.ts lists', () => {
    expect(Object.keys(surface).sort()).toEqual([
      'AccessError',
      'ConfigError',
      'NoTargetAnswered',
      'RequestError',
      'createHoldfast',
    ]);
  });
});

/** As the simulated provider's log shows a key. */
function fingerprint(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
