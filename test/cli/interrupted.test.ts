/**
 * Ctrl-C while a provider is silent: the command says so in one line, exits 130, and has stored
 * nothing.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-interrupted-'));
});
afterEach(() => rmSync(home, { recursive: true }));

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly talk: string;
}

/**
 * Runs a command against a provider that accepts and never answers, and interrupts it at its first
 * request.
 */
async function interrupt(argv: readonly string[], input = ''): Promise<Run> {
  const silent = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => child.kill('SIGINT'));
  });
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => {
      const address = silent.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const provider = `base_url: http://127.0.0.1:${port}/v1, protocol: openai-chat, api_key: sk-test-0000000000`;
  writeFileSync(join(home, 'config.yaml'), `main: own/m\nproviders:\n  own: {${provider}}\n`);
  const env = { PATH: process.env['PATH'], HOME: home, HOLDFAST_HOME: home, NO_COLOR: '1' };
  const child = spawn(process.execPath, [join(root, 'bin/holdfast.js'), ...argv], { env });
  const said = { out: '', talk: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.talk += chunk.toString();
  });
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  silent.close();
  return { status, ...said };
}

describe('an interrupted command', () => {
  it.each([
    ['auth add stores nothing', ['auth', 'add', 'own', '--label', 'late'], 'sk-test-1111111111\n'],
    ['auth test tells nothing of the key', ['auth', 'test'], ''],
    ['models --refresh does not blame the provider', ['models', '--refresh'], ''],
  ])('%s', { timeout: 60_000 }, async (_, argv, input) => {
    expect(await interrupt(argv, input)).toEqual({
      status: 130,
      out: '',
      talk: 'holdfast: interrupted\n',
    });
    expect(existsSync(join(home, 'credentials.json'))).toBe(false);
  });
});
