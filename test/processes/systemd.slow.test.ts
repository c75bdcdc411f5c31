/**
 * The service under a real systemd, which runs for this test alone: a restart loses no connection,
 * a stop stops both units, a changed port is noticed. Needs root and namespaces.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { askOnce, Load } from './ask-once.ts';

const key = `hf_${'0'.repeat(24)}`;
const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const home = mkdtempSync(join(tmpdir(), 'holdfast-systemd-'));
const words = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const script = [
  ...words,
  '--propagation',
  'private',
  'bash',
  join(import.meta.dirname, 'systemd.sh'),
];
const hasSystemd = spawnSync('unshare', [...script, home], { input: '' }).status === 0;

let sim: SimulatedProvider;
let manager: Manager;

/** Runs commands beside systemd, one after the other. */
class Manager {
  readonly #child: ChildProcess = spawn('unshare', [...script, home], {
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #lines = createInterface({ input: this.#child.stdout ?? process.stdin })[
    Symbol.asyncIterator
  ]();

  async ready(): Promise<void> {
    await this.#lines.next();
  }

  /** Returns all that it printed, and its exit status as the last line. */
  async run(command: string): Promise<string> {
    this.#child.stdin?.write(`${command}\n`);
    const said: string[] = [];
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done === true) throw new Error(`systemd ended: ${said.join('\n')}`);
      if (/^END \d+$/.test(value)) return [...said, value.slice(4)].join('\n');
      said.push(value);
    }
  }

  close(): Promise<unknown> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    return closed;
  }
}

const service = (verb: string): Promise<string> =>
  manager.run(`${process.execPath} ${launcher} service ${verb}`);

function configure(gateway: string): void {
  const provider = `{base_url: "${sim.url}", protocol: openai-chat, api_key: sk-sim-good, pace: quick}`;
  const text = `main: sim/sim/echo\nproviders: {sim: ${provider}}\ngateway: ${gateway}\n`;
  writeFileSync(join(home, '.config/holdfast/config.yaml'), text, { mode: 0o600 });
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  sim = await startSimulatedProvider();
  if (!hasSystemd) return;
  mkdirSync(join(home, '.config/holdfast'), { recursive: true });
  writeFileSync(join(home, '.config/holdfast/service.env'), `HOLDFAST_GATEWAY_KEY=${key}\n`);
  manager = new Manager();
  await manager.ready();
});
afterAll(async () => {
  if (hasSystemd) await manager.close();
  await sim.close();
  rmSync(home, { recursive: true, force: true });
});

describe.skipIf(!hasSystemd)('the service of a real systemd', () => {
  it('keeps its port until it is told another one', async () => {
    const [first, second] = [await findPort(), await findPort()];
    configure(`{port: ${first}}`);
    expect(await service('install')).toMatch(
      /holdfast\.socket holds 127\.0\.0\.1:\d+.*\n[\s\S]*\n0$/,
    );
    expect(await service('start')).toMatch(/is running[\s\S]*\n0$/);

    const load = new Load(first, key);
    await load.more(60);
    expect(await service('restart')).toMatch(/kept \S+, and no connection was refused\n0$/);
    await load.more(60);
    await load.end();
    expect([...load.failed]).toEqual([]);

    configure(`{port: ${second}}`);
    const elsewhere = `listens at 127.0.0.1:${first}, the configuration says 127.0.0.1:${second}`;
    expect(await service('status')).toContain(elsewhere);
    await service('install');
    expect(await service('restart')).toMatch(/refused for \d+\.\d\d s at most\n0$/);
    expect(await service('status')).not.toContain('configuration');
    expect(await askOnce(second, key)).toBe('answered');
    expect(await askOnce(first, key)).toContain('ECONNREFUSED');

    expect(await service('stop')).toMatch(/is not running[\s\S]*\n0$/);
    expect(await askOnce(second, key)).toContain('ECONNREFUSED');
  });

  it('is started by a connection after a stop of the service alone, and by none after uninstall', async () => {
    const port = await findPort();
    configure(`{port: ${port}}`);
    await service('install');
    await service('start');
    await manager.run('systemctl --user stop holdfast.service');
    expect(await service('status')).toContain('the next connection starts the service\n');
    expect(await askOnce(port, key)).toBe('answered');
    expect(await service('uninstall')).toMatch(/is gone.*\n0$/);
    expect(await askOnce(port, key)).toContain('ECONNREFUSED');
    expect(existsSync(join(home, '.config/systemd/user/holdfast.socket'))).toBe(false);
  });

  it('gives up the port of a gateway that cannot start, until it can', async () => {
    const port = await findPort();
    configure(`{port: ${port}}`);
    await service('install');
    configure('[broken');
    expect(await service('start')).toMatch(/it ended with 3[\s\S]*\n1$/);
    await expect.poll(() => askOnce(port, key), { timeout: 120_000 }).toContain('ECONNREFUSED');
    configure(`{port: ${port}}`);
    expect(await service('start')).toMatch(/is running[\s\S]*\n0$/);
    expect(await askOnce(port, key)).toBe('answered');
    await service('uninstall');
  });
});
