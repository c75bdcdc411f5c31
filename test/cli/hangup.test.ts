/** A gateway that is told to read its configuration again while it starts does not end of that. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');

function hearsHangup(pid: number): boolean {
  const [, caught = '0'] =
    /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}

it.skipIf(!existsSync('/proc/self/status'))(
  'SIGHUP is heard before the first word, and the gateway listens',
  { timeout: 60_000 },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'holdfast-hangup-'));
    const provider = '{base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, auth: none}';
    writeFileSync(join(home, 'config.yaml'), `main: own/m\nproviders: {own: ${provider}}\n`);
    const env = {
      PATH: process.env['PATH'],
      HOLDFAST_HOME: home,
      HOLDFAST_PORT: '0',
      NO_COLOR: '1',
    };
    const child = spawn(process.execPath, [launcher, 'serve'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) =>
      child.on('exit', (status, signal) => resolve(signal ?? status)),
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (chunk.includes('listens on')) child.kill('SIGTERM');
    });
    try {
      while (said === '' && !hearsHangup(child.pid ?? 0)) await new Promise(setImmediate);
      expect(said).toBe('');
      child.kill('SIGHUP');
      expect(await ended).toBe(0);
      expect(said).toMatch(/listens on/);
    } finally {
      child.kill('SIGKILL');
      rmSync(home, { recursive: true });
    }
  },
);
