/**
 * `holdfast import hermes` as transcripts: what it prints, what it writes, and a request with the
 * imported key.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { createTestKey } from '../fakes/hermes-folder.ts';

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/hermes');
const keyNames = ['inline', 'dotenv', 'deepseek', 'unused', 'login', 'manual'] as const;
let home: string;
let keys: Readonly<Record<string, string>>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
  keys = Object.fromEntries(keyNames.map((name) => [name, createTestKey()]));
});
afterEach(() => rmSync(home, { recursive: true }));

interface Run {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

function holdfast(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_HOME: join(home, 'ours'),
    NO_COLOR: '1',
    ...environment,
  };
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

/** A Hermes folder from a fixture, with keys made for this run. */
function hermesFolder(fixture: string): string {
  const folder = join(home, 'hermes');
  cpSync(join(fixtures, fixture), folder, { recursive: true });
  for (const [from, to] of [
    ['config.yaml', 'config.yaml'],
    ['dotenv', '.env'],
    ['auth.json', 'auth.json'],
  ] as const) {
    const text = readFileSync(join(folder, from), 'utf8');
    rmSync(join(folder, from));
    writeFileSync(
      join(folder, to),
      text.replace(/\{\{(\w+)\}\}/g, (_, name) => keys[name] ?? name),
    );
  }
  return folder;
}

const readConfig = (): string => readFileSync(join(home, 'ours/config.yaml'), 'utf8');

describe('holdfast import hermes', () => {
  it('shows a diff, conflicts and remarks, and writes nothing', async () => {
    const from = hermesFolder('full');
    const run = await holdfast(['import', 'hermes', '--from', from], {
      XIAOMI_API_KEY: createTestKey(),
    });
    const out = run.out
      .replaceAll(home, '~')
      .replaceAll(/sha256:[0-9a-f]{16}/g, 'sha256:…')
      .replace(/\$schema=.*/, '$schema=…');
    await expect(out).toMatchFileSnapshot(join(fixtures, 'full.transcript'));
    expect({ status: run.status, talk: run.talk.replaceAll(home, '~') }).toEqual({
      status: 0,
      talk: 'nothing is written; to write ~/ours/config.yaml: the same command with --write\n',
    });
    expect(existsSync(join(home, 'ours/config.yaml'))).toBe(false);
    for (const key of Object.values(keys)) expect(run.out + run.talk).not.toContain(key);
  });

  it('writes with --write what config check takes, without any key in it, and nothing the second time', async () => {
    const from = hermesFolder('full');
    const first = await holdfast(['import', 'hermes', '--from', from, '--write']);
    expect(first).toMatchObject({ status: 0, talk: `${home}/ours/config.yaml is written\n` });
    expect(statSync(join(home, 'ours/config.yaml')).mode & 0o777).toBe(0o600);
    expect(await holdfast(['config', 'check'])).toMatchObject({ status: 0 });
    const text = readConfig();
    for (const key of Object.values(keys)) expect(text).not.toContain(key);
    const second = await holdfast(['import', 'hermes', '--from', from, '--write']);
    const leftOut =
      /Left behind\n((?: {2}.*\n)+)/.exec(second.out)?.[1]?.trimEnd().split('\n') ?? [];
    expect(leftOut).toHaveLength(5);
    expect(second.talk).toBe(
      `nothing can be added to ${home}/ours/config.yaml; 5 setting(s) were left out, see above\n`,
    );
    expect(readConfig()).toBe(text);
    expect(existsSync(join(home, 'ours/config.yaml.bak'))).toBe(false);
  });

  it('keeps the comments of a config that is there, and the old one beside it', async () => {
    const from = hermesFolder('full');
    const old = '# mine\nmain: deepseek/deepseek-flash # fast\n';
    await holdfast(['key']);
    writeFileSync(join(home, 'ours/config.yaml'), old);
    const run = await holdfast(['import', 'hermes', '--from', from, '--write']);
    expect(run.talk).toBe(
      `${home}/ours/config.yaml is written; the old one is ${home}/ours/config.yaml.bak\n`,
    );
    expect(readConfig()).toContain(old);
    expect(readFileSync(join(home, 'ours/config.yaml.bak'), 'utf8')).toBe(old);
    const again = await holdfast(['import', 'hermes', '--from', from, '--write']);
    expect(again.out).toContain('main: says something else already and stays as it is');
    expect(again.talk).toContain('6 setting(s) were left out');
  });

  it('says so when all of it stands there already', async () => {
    const from = hermesFolder('full');
    rmSync(join(from, 'auth.json'));
    writeFileSync(join(from, '.env'), '');
    writeFileSync(
      join(from, 'config.yaml'),
      'model: {provider: deepseek, default: deepseek-flash}\n',
    );
    await holdfast(['import', 'hermes', '--from', from, '--write']);
    const again = await holdfast(['import', 'hermes', '--from', from, '--write']);
    expect(again.talk).toContain(
      `${home}/ours/config.yaml has all of it already; there is nothing to write\n`,
    );
  });

  it('prints the same as one JSON document', async () => {
    const from = hermesFolder('full');
    const { out } = await holdfast(['import', 'hermes', '--from', from, '--json']);
    const json = JSON.parse(out);
    expect(json).toMatchObject({
      schema: 'holdfast.import/2',
      from,
      config: `${home}/ours/config.yaml`,
      written: false,
      problems: [],
      conflicts: [{ provider: 'xiaomi', there: { where: `${from}/.env:1 XIAOMI_API_KEY` } }],
    });
    for (const key of Object.values(keys)) expect(out).not.toContain(key);
  });

  it.each([
    [
      'a folder that is not there',
      [],
      /holds no config\.yaml, \.env or auth\.json[\s\S]*To fix: .*--from/,
    ],
    ['broken YAML', [['config.yaml', 'model: [\n']], /config\.yaml:\d+:\d+ is not valid YAML/],
  ] as const)('exits 2 with one message for %s', async (_name, files, message) => {
    const folder = join(home, 'hermes');
    if (files.length > 0) cpSync(join(fixtures, 'full'), folder, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const run = await holdfast(['import', 'hermes', '--from', folder, '--write']);
    expect(run).toMatchObject({ status: 2, out: '' });
    expect(run.talk).toMatch(message);
  });

  it('writes nothing when there is nothing to bring along, and says what to do', async () => {
    const folder = hermesFolder('full');
    writeFileSync(join(folder, 'config.yaml'), 'auxiliary: {}\n');
    rmSync(join(folder, '.env'));
    rmSync(join(folder, 'auth.json'));
    const run = await holdfast(['import', 'hermes', '--from', folder, '--write']);
    expect(run.status).toBe(0);
    expect(run.talk).toMatch(/nothing can be added to .*config\.yaml/);
    expect(run.out).toMatch(/holdfast config set main/);
    expect(existsSync(join(home, 'ours/config.yaml'))).toBe(false);
  });
});

describe('after an import', () => {
  let provider: SimulatedProvider;
  beforeEach(async () => {
    provider = await startSimulatedProvider({ acceptAnyKey: true });
  });
  afterEach(() => provider.close());

  const configWith = (key: string): string =>
    `model: {provider: custom:lab, default: sim/echo}\nproviders: {lab: {base_url: "${provider.url}"${key}}}\n`;
  const rowWith = (key: string): string =>
    JSON.stringify({
      credential_pool: { 'custom:lab': [{ source: 'manual', access_token: key }] },
    });

  it.each([
    [
      '.env',
      (key: string) => ({
        '.env': `LAB_KEY=${key}\n`,
        'config.yaml': configWith(', key_env: LAB_KEY'),
      }),
    ],
    ['config.yaml', (key: string) => ({ 'config.yaml': configWith(`, api_key: ${key}`) })],
    ['auth.json', (key: string) => ({ 'config.yaml': configWith(''), 'auth.json': rowWith(key) })],
  ])(
    'a request carries the key of their %s, also after it was changed there',
    async (_name, filesWith) => {
      const folder = hermesFolder('full');
      const write = (key: string): void => {
        for (const [name, text] of Object.entries(filesWith(key)))
          writeFileSync(join(folder, name), text);
      };
      const [first, second] = [createTestKey(), createTestKey()];
      write(first);
      expect(await holdfast(['import', 'hermes', '--from', folder, '--write'])).toMatchObject({
        status: 0,
      });
      const before = await holdfast(['ask', 'hello']);
      write(second);
      const after = await holdfast(['ask', 'hello']);
      expect(readConfig()).not.toMatch(/sk-test/);
      expect([before.status, after.status]).toEqual([0, 0]);
      expect(before.out).toContain('hello');
      const used = provider.log().map(({ keyFingerprint }) => keyFingerprint);
      expect(used).toEqual([first, second].map(fingerprint));
    },
  );
});

/** As the simulated provider's log shows a key. */
function fingerprint(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
