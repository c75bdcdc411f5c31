/**
 * A gateway on a listening socket that its parent holds, as a socket unit of systemd passes it: one
 * gateway ends, the next begins, and no connection is refused or reset.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { Load } from './ask-once.ts';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const key = `hf_${'0'.repeat(24)}`;
const home = mkdtempSync(join(tmpdir(), 'holdfast-socket-'));
let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  configure('');
});
afterAll(async () => {
  await sim.close();
  rmSync(home, { recursive: true });
});

function configure(more: string): void {
  const provider = `{base_url: "${sim.url}", protocol: openai-chat, api_key: sk-sim-good, pace: quick}`;
  const lines = `main: sim/sim/echo\nproviders: {sim: ${provider}}\n${more}`;
  writeFileSync(join(home, 'config.yaml'), lines);
}

/** Everything that it and its gateways have printed, and a way to wait for more. */
class Holder {
  said = '';
  lines: string[] = [];
  readonly #child: ChildProcess;

  constructor(kind: string, ...options: readonly string[]) {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOLDFAST_HOME: home,
      HOLDFAST_GATEWAY_KEY: key,
      NO_COLOR: '1',
    };
    const script = join(import.meta.dirname, 'holder.py');
    const words = [script, kind, process.execPath, launcher, 'serve', ...options];
    this.#child = spawn('python3', words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.said += chunk.toString();
    });
    const { stdout } = this.#child;
    if (stdout !== null) createInterface(stdout).on('line', (line) => this.lines.push(line));
  }

  send(word: 'START' | 'TERM'): void {
    this.#child.stdin?.write(`${word}\n`);
  }

  /** The number in the last line of this kind, once there are so many. */
  async number(kind: 'PORT' | 'START' | 'END', count = 1): Promise<number> {
    const find = (): readonly string[] => this.lines.filter((line) => line.startsWith(kind));
    while (find().length < count) await sleep(5);
    return Number(find().at(-1)?.split(' ')[1]);
  }

  async until(text: RegExp): Promise<string> {
    for (;;) {
      const found = text.exec(this.said);
      if (found !== null) return found[0];
      if (this.lines.some((line) => line.startsWith('END'))) throw new Error(this.said);
      await sleep(5);
    }
  }

  close(): Promise<unknown> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    return closed;
  }
}

describe('a gateway on an inherited socket', () => {
  it.each([
    ['one process', []],
    ['workers', ['--workers', '2']],
  ])(
    'is replaced three times under load, and no connection is refused: %s',
    async (_name, options) => {
      const holder = new Holder('tcp', ...options);
      const port = await holder.number('PORT');
      holder.send('START');
      await holder.until(/listens on/);
      const load = new Load(port, key);
      for (const round of [1, 2, 3]) {
        await load.more(60);
        holder.send('TERM');
        expect(await holder.number('END', round)).toBe(0);
        holder.send('START');
        while (holder.said.split('listens on').length < round + 2) await sleep(5);
      }
      await load.more(60);
      await load.end();
      holder.send('TERM');
      await holder.number('END', 4);
      await holder.close();
      expect([...load.failed]).toEqual([]);
    },
  );

  it.each([
    ['an address of IPv4', 'tcp', '127.0.0.1'],
    ['an address of IPv6', 'tcp6', '[::1]'],
    ['the one of several that has our name', 'named', '127.0.0.1'],
  ])('tells the true address: %s', async (_name, kind, host) => {
    configure('gateway: {port: 0, host: "::1"}\n');
    const holder = new Holder(kind);
    const port = await holder.number('PORT');
    holder.send('START');
    const pid = await holder.number('START');
    await holder.until(/listens on .*\n/);
    expect(holder.said).toContain(`listens on http://${host}:${port}/v1`);
    const running = JSON.parse(readFileSync(join(home, 'running.json'), 'utf8'));
    expect(running).toMatchObject({ url: `http://${host}:${port}`, pid });
    if (kind !== 'tcp6') await holder.until(/the configuration says \[::1\]:0/);
    if (existsOnLinux(pid)) {
      const flags = readFileSync(`/proc/${pid}/fdinfo/${kind === 'named' ? 4 : 3}`, 'utf8');
      expect(flags).toMatch(/^flags:\s+02\d{6}$/m); // O_CLOEXEC: no program inherits it
    }
    await holder.close();
  });

  it.each([
    ['unix', 'descriptor 3, which was passed to listen on (LISTEN_FDS), is a unix socket'],
    ['udp', 'is no listening socket'],
    ['file', 'is no listening socket'],
  ])('says of a %s what is wrong, once', async (kind, text) => {
    configure('');
    const holder = new Holder(kind);
    holder.send('START');
    expect(await holder.number('END')).toBe(3);
    await holder.close();
    expect(holder.said.split('\n').filter((line) => line.includes('LISTEN_FDS'))).toEqual([
      expect.stringContaining(text),
      expect.stringMatching(/^To fix: start it by the unit/),
    ]);
  });
});

function existsOnLinux(pid: number): boolean {
  return process.platform === 'linux' && readdirSync(`/proc/${pid}/fd`).includes('3')
    ? readlinkSync(`/proc/${pid}/fd/3`).startsWith('socket:')
    : false;
}
