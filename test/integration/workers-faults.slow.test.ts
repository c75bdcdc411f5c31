/**
 * What comes upon the workers of `serve --workers`, as real processes: one that fails, a program on
 * disk of another version, keys that change.
 */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { countServing, findRecord, listWorkers } from './workers-stage.ts';

const root = join(import.meta.dirname, '../..');
const adminKey = `hf_test_${'a'.repeat(24)}`;

let home: string;
let provider: SimulatedProvider;
let gateways: GatewayProcess[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
  provider = await startSimulatedProvider({ pace: 50 });
  gateways = [];
  const sim = { base_url: provider.url, protocol: 'openai-chat', api_key: 'sk-sim-good' };
  const config = { main: 'sim/sim/echo', providers: { sim } };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config), { mode: 0o600 });
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await provider.close();
  rmSync(home, { recursive: true });
});

interface Started {
  readonly workers?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly launcher?: string;
}

async function start({ workers, environment, launcher }: Started): Promise<GatewayProcess> {
  const flags = workers === undefined ? [] : ['--workers', String(workers)];
  const all = { HOLDFAST_ADMIN_KEY: adminKey, ...environment };
  const gateway = await startGatewayProcess(home, all, flags, launcher);
  gateways.push(gateway);
  if (workers !== undefined)
    await expect.poll(() => countServing(gateway, adminKey), { timeout: 60_000 }).toBe(workers);
  return gateway;
}

it('ends each stream with an error where a worker fails, and records it as failed', async () => {
  const importing = `--import ${join(import.meta.dirname, 'failing-worker.mjs')}`;
  const gateway = await start({ workers: 2, environment: { NODE_OPTIONS: importing } });
  const before = listWorkers(gateway.pid);
  const begun = await Promise.all(Array.from({ length: 6 }, () => askWith(gateway, longStream)));
  for (const pid of before) process.kill(pid, 'SIGUSR2');
  const told = await Promise.all(begun.map((answer) => answer.text())); // rejects for one that is cut
  for (const text of told) expect(text).toMatch(/"content"[\s\S]*data: \{"error":.*going down/);
  await expect.poll(() => gateway.said()).toMatch(/a worker fails: Error: provoked by a test/);
  await expect.poll(() => gateway.said().split('exit status 1').length - 1).toBe(2);
  await expect.poll(() => countServing(gateway, adminKey), { timeout: 60_000 }).toBe(2);
  expect(listWorkers(gateway.pid).filter((pid) => before.includes(pid))).toEqual([]);
  for (const { headers } of begun)
    expect(
      await findRecord(gateway, adminKey, headers.get('x-holdfast-request-id') ?? ''),
    ).toMatchObject({ outcome: 'failed', cause: 'local' });
  expect((await gateway.ask('main')).status).toBe(200);
}, 120_000);

it('goes on with the workers it has where the program on disk is another version', async () => {
  const copy = join(home, 'program');
  for (const name of ['bin', 'src', 'corpus', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const gateway = await start({ workers: 2, launcher: join(copy, 'bin/holdfast.js') });
  const [first = 0, second = 0] = listWorkers(gateway.pid);
  const path = join(copy, 'src/version.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/'\d[^']*'/, "'99.9.9'"));

  const refusal =
    /the program on disk is version 99\.9\.9.*, the running primary is [\d.]+.*: restart the service/g;
  const refusals = (): number => [...gateway.said().matchAll(refusal)].length;
  process.kill(gateway.pid, 'SIGHUP');
  await expect.poll(refusals).toBe(1);
  expect(gateway.said()).toContain('a new worker could not start, the old ones go on');
  await expect.poll(() => listWorkers(gateway.pid)).toEqual([first, second]);
  process.kill(first, 'SIGKILL');
  await expect.poll(refusals).toBeGreaterThan(1);
  expect((await gateway.ask('main')).status).toBe(200);
  // Nobody is left, and nobody can come.
  gateways = [];
  process.kill(second, 'SIGKILL');
  expect(await gateway.ended).toBe(1);
}, 120_000);

it('knows in every process what was done to a key, before a second is over', async () => {
  const all = await Promise.all([start({ workers: 3 }), start({})]);
  const run = promisify(execFile);
  const environment = { PATH: process.env['PATH'] ?? '', HOLDFAST_HOME: home, NO_COLOR: '1' };
  const key = async (...words: readonly string[]): Promise<string> => {
    const launcher = join(root, 'bin/holdfast.js');
    return (await run(process.execPath, [launcher, 'key', ...words], { env: environment })).stdout;
  };
  const added = /hf_\S+/.exec(await key('add', 'codex'))?.[0] ?? '';
  const statuses = async (): Promise<readonly number[]> => {
    const found: number[] = [];
    for (const { url } of all.flatMap((one) => Array<GatewayProcess>(3).fill(one))) {
      const answer = await askWith({ url, key: added }, { model: 'main' });
      await answer.text();
      found.push(answer.status);
    }
    return found;
  };
  const within = async (status: number): Promise<void> => {
    const endsAt = Date.now() + 1000;
    while (Date.now() < endsAt && !(await statuses()).every((one) => one === status));
    expect(await statuses()).toEqual(Array(6).fill(status));
  };
  await within(200);
  await key('set', 'codex', '--budget', '1requests/day');
  await within(400);
  await key('set', 'codex', '--budget', 'none');
  await within(200);
  await key('revoke', 'codex');
  await within(401);
}, 120_000);

/** Twenty seconds at this provider. */
const longStream = { model: 'sim/sim/long-400', stream: true };

/** Each on a connection of its own: the next worker has its turn. */
function askWith(
  { url, key }: Pick<GatewayProcess, 'url' | 'key'>,
  asked: object,
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hi' }], ...asked }),
  });
}
