/**
 * Three gateways as their users run them, on one real engine: the record of a request is told on
 * whichever member somebody asks, also when its member is frozen, killed, or started nowhere.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectValkey, type ValkeyConnection } from '../../src/host/node-valkey.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type EngineProcess, startRedis } from '../fakes/redis-server.ts';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';

const run = promisify(execFile);
const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-why-'));
const fleetKey = `sk-test-fleet-${'0123456789'.repeat(3)}`;
const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

let sim: SimulatedProvider;
let engine: EngineProcess;
let stranger: ValkeyConnection;
const gateways = new Map<Name, GatewayProcess>();

const environmentOf = (name: string, key = fleetKey) => ({
  HOLDFAST_HOME: join(folder, name),
  HOLDFAST_FLEET_KEY: key,
});

function makeHome(name: string): string {
  const home = join(folder, name);
  mkdirSync(home);
  const provider = `{base_url: "${sim.url}", protocol: openai-chat, local: false, api_key: sk-sim-good}`;
  writeFileSync(
    join(home, 'config.yaml'),
    `main: acme/sim/echo
providers: {acme: ${provider}}
state: ${engine.url}?prefix=why
records: {content: ${name === 'a'}}
gateway: {drain_delay: 0}
`,
  );
  return home;
}

/** What a command says and how it ends, in the home of this member. */
async function ask(name: string, words: readonly string[], key?: string) {
  const env = { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...environmentOf(name, key) };
  const told = run(process.execPath, [launcher, ...words], { env });
  const { stdout, stderr, code } = await told.then(
    (done) => ({ ...done, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  return { out: stdout, said: stderr, code };
}

const gatewayOf = (name: Name): GatewayProcess => {
  const found = gateways.get(name);
  if (found === undefined) throw new TypeError(`${name} does not run`);
  return found;
};

/** Sends one request to a member and returns its id. */
async function send(name: Name, model: string, content = 'hello there'): Promise<string> {
  const { url, key } = gatewayOf(name);
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
  });
  await response.text();
  return response.headers.get('x-holdfast-request-id') ?? '';
}

/** All that the engine holds, as whoever can read it sees it. */
async function readAll(): Promise<string> {
  const names = ((await stranger.call('KEYS', ['*'])) as string[]).filter(
    (name) => name.includes(':kept') || name.includes(':left:'),
  );
  const dumps = names.map((name) =>
    name.includes(':kept')
      ? stranger.call('XRANGE', [name, '-', '+'])
      : stranger.call('GET', [name]),
  );
  return JSON.stringify(await Promise.all(dumps));
}

beforeAll(async () => {
  sim = await startSimulatedProvider();
  engine = await startRedis();
  stranger = await connectValkey(engine.url);
  for (const name of names)
    gateways.set(name, await startGatewayProcess(makeHome(name), environmentOf(name)));
  await sleep(5000); // each has said twice that it is there
});
afterAll(async () => {
  for (const { pid } of gateways.values()) process.kill(pid, 'SIGCONT');
  for (const gateway of gateways.values()) await gateway.stop();
  stranger.close();
  await engine.stop();
  await sim.close();
  rmSync(folder, { recursive: true });
});

it('a healthy request is told on every member; its words where its member keeps them', async () => {
  const [first, second] = [await send('a', 'main', 'a word of a'), await send('b', 'main')];
  for (const name of names) {
    const { out, code } = await ask(name, ['why', '-v', first]);
    expect(code).toBe(0);
    expect(out).toContain('a word of a');
    expect(out.includes(`request ${first} on `)).toBe(name !== 'a');
    expect((await ask(name, ['why', second])).out).toContain(`request ${second}`);
  }
  expect(await readAll()).not.toContain('a word of a');
  expect(await stranger.call('EXISTS', ['{why}:kept'])).toBe(0);
});

it('a home without a gateway asks the members too', async () => {
  makeHome('d');
  const id = await send('a', 'main');
  expect((await ask('d', ['ask', 'hi'])).code).toBe(0);
  expect((await ask('d', ['why', id])).out).toContain(`request ${id} on `);
});

it('one that nobody has served says so', async () => {
  const { said, code } = await ask('b', ['why', 'hfr_0000nobody']);
  expect(code).toBe(2);
  expect(said).toContain('no member 0000, which its id names, was heard in the last ten minutes');
  const own = await send('a', 'main');
  const none = await ask('b', ['why', `${own.slice(0, 8)}nobody`]);
  expect(none.said).toMatch(/; member \S+ \(.{4}\) has no record of it/);
});

it('failed ones of all members are listed, and outlive them', async () => {
  const failed = await Promise.all(names.map((name) => send(name, 'acme/sim/status-400')));
  await sleep(1500);
  for (const name of names) {
    const { out } = await ask(name, ['why', '--failed', '-v']);
    for (const id of failed) expect(out).toContain(id);
    expect(out.match(/hfr_\S+ on /g)?.length).toBe(2);
  }
  const [, , last = ''] = failed;
  process.kill(gatewayOf('c').pid, 'SIGKILL');
  gateways.delete('c');
  const { out, code } = await ask('a', ['why', last]);
  expect(code).toBe(0);
  expect(out).toContain(`request ${last} on `);
  const everything = await readAll();
  for (const word of ['hfr_', 'acme', 'sim/', fleetKey, 'sk-sim-good', 'status-400'])
    expect(everything).not.toContain(word);
  const noise = await ask('d', ['why', last], 'sk-test-another-fleet-key-0000');
  expect(noise.code).toBe(2);
});

it('what strangers write again, forge or blow up changes nothing', async () => {
  const before = (await ask('a', ['why', '--failed', '-v'])).out;
  const entries = (await stranger.call('XRANGE', ['{why}:kept', '-', '+'])) as [string, string[]][];
  const [[, [, box = ''] = []] = ['', []]] = entries;
  for (const text of [box, '{}', 'x'.repeat(1_000_000), `${box.slice(0, -4)}AAAA`])
    await stranger.call('XADD', ['{why}:kept', '*', 'text', text]);
  await stranger.call('XADD', ['{why}:kept', '*', 'other', 'field']);
  expect((await ask('a', ['why', '--failed', '-v'])).out).toBe(before);
});

it('a member that does not answer is named, and so is an engine that does not', async () => {
  const id = await send('b', 'main');
  process.kill(gatewayOf('b').pid, 'SIGSTOP');
  const { said, code } = await ask('a', ['why', id]);
  expect(code).toBe(2);
  expect(said).toMatch(
    /member \S+ \(.{4}\) has served it and does not answer; last heard \d+ s ago/,
  );
  process.kill(gatewayOf('b').pid, 'SIGCONT');
  const asked = ask('a', ['why', `${id.slice(0, 8)}nobody`]);
  engine.process.kill('SIGSTOP');
  expect((await asked).said).toMatch(/no request \S+ is recorded/);
  const alone = await ask('a', ['why', id]);
  expect(alone.said).toContain('this member is alone and cannot ask the others');
  const list = await ask('a', ['why', '--failed']);
  expect(list.said).toContain("those of the fleet's other members are missing");
  expect((await gatewayOf('a').ask('main')).status).toBe(200);
  engine.process.kill('SIGCONT');
  await sleep(3000);
  expect((await ask('a', ['why', id])).out).toContain(`request ${id} on `);
});

it('answers that nobody has taken are erased by the command that erases contents', async () => {
  await stranger.call('SET', ['{why}:left:test', 'box', 'PX', 30_000]);
  expect((await ask('a', ['records', 'clear'])).code).toBe(0);
  expect(await stranger.call('EXISTS', ['{why}:left:test'])).toBe(0);
});
