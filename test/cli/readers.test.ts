/**
 * What becomes of a command when the reader of its output leaves, or the disk behind it is full.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const gatewayKey = `hf_${'0'.repeat(24)}`;

let home = '';
let provider: SimulatedProvider;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-readers-'));
  provider = await startSimulatedProvider();
  const sim = `{base_url: "${provider.url}", protocol: openai-chat, api_key: sk-sim-good}`;
  writeFileSync(join(home, 'config.yaml'), `main: sim/sim/plain\nproviders: {sim: ${sim}}\n`);
});
afterAll(async () => {
  await provider.close();
  rmSync(home, { recursive: true });
});

function holdfast(argv: readonly string[], stdout: 'pipe' | number = 'pipe'): ChildProcess {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_HOME: home,
    HOLDFAST_PORT: '0',
    HOLDFAST_GATEWAY_KEY: gatewayKey,
    NO_COLOR: '1',
  };
  return spawn(process.execPath, [launcher, ...argv], { env, stdio: ['ignore', stdout, 'pipe'] });
}

/** Both streams to their ends, and the exit status. */
async function endOf(child: ChildProcess): Promise<readonly [string, string, unknown]> {
  const said = [readAll(child.stdout), readAll(child.stderr)];
  const [status] = await once(child, 'exit');
  return [(await said[0]) ?? '', (await said[1]) ?? '', status];
}

async function readAll(stream: Readable | null): Promise<string> {
  if (stream === null || stream.destroyed) return '';
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

describe('a reader of stderr who leaves', () => {
  it('ends no gateway: it answers on, and drains at a signal', { timeout: 60_000 }, async () => {
    const gateway = holdfast(['serve']);
    const [first] = await once(gateway.stderr ?? gateway, 'data');
    gateway.stderr?.destroy();
    const url = /listens on (\S+)/.exec(String(first))?.[1];
    const ask = async (model: string): Promise<number> => {
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
      });
      await response.text();
      return response.status;
    };
    expect(await ask('sim/sim/status-500-times-1+told')).toBe(200);
    expect(await ask('sim/sim/plain')).toBe(200);
    gateway.kill('SIGTERM');
    expect(await once(gateway, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['loses no answer', 'sim/sim/status-500-times-1+asked', /heard: hi\n$/, 0],
    ['makes no failure a success', 'sim/sim/status-500', /^$/, 5],
  ])('%s', { timeout: 60_000 }, async (_name, model, out, status) => {
    const child = holdfast(['ask', 'hi', '--model', model]);
    child.stderr?.destroy();
    const ended = await endOf(child);
    expect(ended[0]).toMatch(out);
    expect(ended[2]).toBe(status);
  });
});

describe('a reader of stdout who leaves', () => {
  it('ends an answer that goes on for minutes, quietly', { timeout: 60_000 }, async () => {
    const child = holdfast(['ask', 'word '.repeat(200), '--model', 'sim/sim/pace-1000ms']);
    const talk = readAll(child.stderr);
    await once(child.stdout ?? child, 'data');
    child.stdout?.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await talk).toBe('');
  });

  it('makes no failure a success', { timeout: 60_000 }, async () => {
    const child = holdfast(['ask', 'hi', '--json', '--model', 'sim/sim/status-500']);
    child.stdout?.destroy();
    const [, talk, status] = await endOf(child);
    expect(talk).toContain('holdfast: ');
    expect(status).toBe(5);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a disk that is full behind stdout', () => {
  it.each([['models'], ['ask hi'], ['ask hi --json'], ['key']])(
    'is told in a line: %s',
    { timeout: 60_000 },
    async (command) => {
      const full = openSync('/dev/full', 'w');
      const ended = await endOf(holdfast(command.split(' '), full));
      closeSync(full);
      const said =
        'holdfast: stdout cannot be written: the disk is full\nTo fix: make room there, or write it to another place\n';
      expect(ended).toEqual(['', said, 1]);
    },
  );
});
