/**
 * Every command that reads, over real processes: the gateway of this home, a named one by flag and
 * by variable, and the file; each says which it read.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const home = mkdtempSync(join(tmpdir(), 'holdfast-which-'));
const elsewhere = join(home, 'elsewhere');
let sim: SimulatedProvider;
let gateway: GatewayProcess | undefined;
let url = '';
let adminKey = '';

/** One request that was rescued: it has a record, a line in the log, a task and tokens. */
beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.05 });
  mkdirSync(elsewhere);
  const server = { base_url: sim.url, protocol: 'openai-chat', billing: 'metered' };
  const providers = {
    sim: { ...server, api_key: 'sk-sim-revoked+which' },
    spare: {
      ...server,
      api_key: 'sk-sim-good+which',
      base_url: sim.url.replace('127.0.0.1', 'localhost'),
    },
  };
  const config = { main: 'sim/sim/echo', fallback_chain: ['spare/sim/echo'], providers };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config), { mode: 0o600 });
  gateway = await startGatewayProcess(home);
  url = gateway.url;
  adminKey = readFileSync(join(home, 'admin.key'), 'utf8').trim();
  expect((await gateway.ask('main')).status).toBe(200);
  // The log is written once a second, off the path of requests.
  await vi.waitFor(() => expect(readdirSync(join(home, 'logs'))).toHaveLength(1), {
    timeout: 10_000,
  });
});
afterAll(async () => {
  await gateway?.stop();
  await sim.close();
  rmSync(home, { recursive: true });
});

interface Said {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Said> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, NO_COLOR: '1', ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [launcher, ...words], { env }, (_error, out, talk) =>
      resolve({ status: child.exitCode ?? -1, out, talk }),
    );
  });
}

/** What each must tell of the one request, whoever it was read from. */
const commands: readonly (readonly [words: readonly string[], told: RegExp])[] = [
  [
    ['why'],
    /^Answered after .* by spare\/sim\/echo, the second choice, because sim\/sim\/echo said that its key has ended or was withdrawn/,
  ],
  [['explain', 'main'], /spare\/sim\/echo/],
  [['tasks'], /main\n {2}route .*\n {2}last {5}answered .* by spare\/sim\/echo after auth-revoked/],
  [['cost'], /No price known for spare\/sim\/echo/],
  [['logs'], /rescued main for node .*: Answered after .* by spare\/sim\/echo/],
];

async function runAll(
  more: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Said[]> {
  return Promise.all(commands.map(([words]) => run([...words, ...more], environment)));
}

function expectTold(said: readonly Said[], read: (words: readonly string[]) => string): void {
  for (const [index, [words, told]] of commands.entries()) {
    expect(said[index]?.talk, words.join(' ')).toContain(read(words));
    expect(said[index]?.out, words.join(' ')).toMatch(told);
    expect(said[index]?.status, words.join(' ')).toBe(0);
  }
}

describe('each command that reads', () => {
  it('asks the gateway that --gateway names, from anywhere', async () => {
    const environment = { HOLDFAST_HOME: elsewhere, HOLDFAST_ADMIN_KEY: adminKey };
    expectTold(
      await runAll(['--gateway', url], environment),
      () => `read from the gateway at ${url}`,
    );
  });

  it('asks the gateway that HOLDFAST_URL names', async () => {
    const environment = {
      HOLDFAST_HOME: elsewhere,
      HOLDFAST_ADMIN_KEY: adminKey,
      HOLDFAST_URL: url,
    };
    expectTold(await runAll([], environment), () => `read from the gateway at ${url}`);
  });

  it('asks for the key of a gateway that is not of this home', async () => {
    for (const { status, talk } of await runAll(['--gateway', url], { HOLDFAST_HOME: elsewhere })) {
      expect(talk).toContain('HOLDFAST_ADMIN_KEY');
      expect(status).toBeGreaterThan(0);
    }
  });

  it('shows an agent the gateway that runs, whatever port a variable of this shell names', async () => {
    for (const variables of [{}, { HOLDFAST_PORT: '4999' }]) {
      const { out } = await run(['connect', 'codex'], { HOLDFAST_HOME: home, ...variables });
      expect(out).toContain(`base_url = "${url}/v1"`);
    }
  });

  it('says that the gateway of this home runs, where its run file is not there', async () => {
    const path = join(home, 'running.json');
    const kept = readFileSync(path);
    rmSync(path);
    const variables = { HOLDFAST_HOME: home, HOLDFAST_PORT: new URL(url).port };
    const told = `its gateway at ${url} runs and has no run file ${path}`;
    for (const words of [['why'], ['explain', 'main'], ['cost']])
      expect((await run(words, variables)).talk).toContain(told);
    const { talk, out } = await run(['doctor'], variables);
    expect(talk + out).not.toMatch(/another home|no gateway of this home/);
    expect((await run(['serve'], variables)).talk).toMatch(/in use by the gateway of this home/);
    writeFileSync(path, kept, { mode: 0o600 });
  });

  it('asks the gateway of this home, and the files once it has ended', async () => {
    const environment = { HOLDFAST_HOME: home };
    const ofLogs = `read from ${home}/logs (1 file, `;
    const here = (words: readonly string[], where: string): string =>
      words[0] === 'logs' ? ofLogs : where;
    expectTold(await runAll([], environment), (words) =>
      here(words, `read from the gateway at ${url} (pid `),
    );
    await gateway?.stop();
    gateway = undefined;
    const file = `read from the state file ${home}/state.db; no gateway of this home runs`;
    expectTold(await runAll([], environment), (words) => here(words, file));
  });
});
