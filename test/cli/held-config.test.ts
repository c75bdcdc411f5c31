/**
 * Two commands that change one config: whoever comes second waits for the first, and builds on what
 * it wrote.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const before = 'main: deepseek/deepseek-flash\n';
let home: string;
let config: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-held-'));
  config = join(home, 'config.yaml');
  writeFileSync(config, before);
  mkdirSync(join(home, 'hermes'));
  writeFileSync(
    join(home, 'hermes/config.yaml'),
    'model: {default: deepseek-chat, provider: deepseek}\nauxiliary:\n  vision: {provider: deepseek, model: deepseek-chat}\n',
  );
});
afterEach(() => rmSync(home, { recursive: true }));

const exported = JSON.stringify({
  schema: 'holdfast.auth-export/1',
  keys: [{ provider: 'deepseek', label: 'team', reference: { env: 'TEAM_KEY' } }],
});

function start(argv: readonly string[], input: string) {
  const env = { PATH: process.env['PATH'], HOLDFAST_HOME: home, NO_COLOR: '1' };
  const child = spawn(process.execPath, [launcher, ...argv], {
    env,
    cwd: home,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(input);
  return once(child, 'exit');
}

describe('while another process changes the config', () => {
  const lock = (expiresAt: number): string =>
    JSON.stringify({ process: 1, token: 'another', expiresAt });

  it.each([
    ['auth import', ['auth', 'import'], exported, /env: TEAM_KEY/],
    ['import hermes --write', ['import', 'hermes', '--from', 'hermes', '--write'], '', /vision:/],
  ])(
    '%s waits, and keeps what the other wrote',
    { timeout: 60_000 },
    async (_name, argv, input, ours) => {
      writeFileSync(`${config}.lock`, lock(Date.now() + 60_000));
      const ended = start(argv, input);
      await sleep(1500);
      expect(readFileSync(config, 'utf8')).toBe(before);
      appendFileSync(config, 'aliases: {other: main}\n');
      rmSync(`${config}.lock`);
      expect(await ended).toEqual([0, null]);
      expect(readFileSync(config, 'utf8')).toMatch(/^aliases: \{other: main\}$/m);
      expect(readFileSync(config, 'utf8')).toMatch(ours);
      expect(existsSync(`${config}.lock`)).toBe(false);
    },
  );

  it.each([
    ['auth import --dry-run', ['auth', 'import', '--dry-run'], exported],
    ['import hermes', ['import', 'hermes', '--from', 'hermes'], ''],
  ])('%s, which writes nothing, does not wait', { timeout: 60_000 }, async (_name, argv, input) => {
    writeFileSync(`${config}.lock`, lock(Date.now() + 60_000));
    expect(await start(argv, input)).toEqual([0, null]);
    expect(readFileSync(config, 'utf8')).toBe(before);
  });
});
