/**
 * Which gateway a reading command asks: the named one, that of this home, else the file; and who
 * gets the admin key.
 */

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReadings, withReadings } from '../../src/cli/context/readings.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { createPipedTerminal } from '../fakes/piped-terminal.ts';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';

let home: string;
let provider: SimulatedProvider;
let gateway: GatewayProcess | undefined;
let impostor: Server | undefined;
const said: string[] = [];

beforeEach(async () => {
  said.length = 0;
  home = mkdtempSync(join(tmpdir(), 'holdfast-readings-'));
  provider = await startSimulatedProvider({});
  const sim = { base_url: provider.url, protocol: 'openai-chat', api_key: 'sk-sim-good' };
  writeFileSync(
    join(home, 'config.yaml'),
    JSON.stringify({ main: 'sim/sim/echo', providers: { sim } }),
  );
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  impostor?.close();
  await provider.close();
  rmSync(home, { recursive: true });
});

const terminal = createPipedTerminal({
  out: () => undefined,
  talk: (text) => void said.push(text),
});

function hostOf(environment: Readonly<Record<string, string>>) {
  return createNodeHost({ HOLDFAST_HOME: home, ...environment });
}

function open(named?: string, environment: Readonly<Record<string, string>> = {}) {
  return openReadings({ terminal, host: hostOf(environment) }, named);
}

const runFile = (): string => join(home, 'running.json');

describe('a reading command', () => {
  it('asks the gateway of this home while it runs, and the file after that', async () => {
    gateway = await startGatewayProcess(home);
    const { status } = await gateway.ask('main');
    expect(status).toBe(200);
    expect(statSync(runFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'admin.key')).mode & 0o777).toBe(0o600);

    const running = await open();
    expect(running.from).toMatchObject({ kind: 'gateway', url: gateway.url });
    const [record] = await running.records({ limit: 10 });
    expect(record).toMatchObject({ task: 'main', outcome: 'answered' });
    const snapshot = await running.snapshot();
    expect(snapshot).toMatchObject({
      verdict: { state: 'well' },
      self: { url: gateway.url, pid: running.from.pid },
      credentials: [{ provider: 'sim', state: 'works' }],
      tasks: [{ name: 'main', usable: true, plan: [{ target: 'sim/sim/echo' }] }],
      recent: [{ id: record?.id, outcome: 'answered', asked: 'main' }],
    });
    expect((await running.plan('main')).routes).toMatchObject([{ task: 'main', isUsable: true }]);
    expect(await running.usage({})).toEqual(expect.any(Array));
    await running.close();
    await gateway.stop();
    gateway = undefined;

    const file = await open();
    expect(file.from.kind).toBe('file');
    expect(file.from.text).toContain('no gateway of this home runs');
    expect((await file.records({ limit: 10 })).map(({ id }) => id)).toEqual([record?.id]);
    expect(await file.snapshot()).toMatchObject({
      verdict: { state: 'well' },
      recent: [{ id: record?.id }],
      live: [],
    });
    expect((await file.plan()).routes).toMatchObject([{ task: 'main' }]);
    await file.close();
    expect(said).toEqual([`read from ${running.from.text}\n`, `read from ${file.from.text}\n`]);
  });

  it('believes no run file that was left behind, and sends its port no key', async () => {
    const heard: string[] = [];
    impostor = createServer((request, response) => {
      heard.push(`${request.url} ${request.headers.authorization ?? 'no key'}`);
      response.setHeader('x-holdfast-proof', 'made-up').end('{"status":"ok"}');
    });
    await new Promise<void>((resolve) => impostor?.listen(0, '127.0.0.1', resolve));
    const { port } = impostor.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(runFile(), JSON.stringify({ url, pid: 1, startedAt: 1, token: 'gone' }));
    writeFileSync(join(home, 'admin.key'), `hf_${'a'.repeat(32)}\n`);
    const readings = await open();
    expect(readings.from.kind).toBe('file');
    expect(readings.from.text).toContain(`the gateway at ${url} (pid 1)`);
    await readings.close();
    await expect(open(url)).rejects.toMatchObject({
      code: 'config-invalid',
      fix: { text: expect.stringContaining('HOLDFAST_ADMIN_KEY') },
    });
    expect(new Set(heard)).toEqual(new Set(['/healthz no key']));
  });

  it('asks the one that is named, with the key that is given for it', async () => {
    gateway = await startGatewayProcess(home);
    const adminKey = readFileSync(join(home, 'admin.key'), 'utf8').trim();
    const own = await open(`${gateway.url}/v1/`);
    expect(own.from).toMatchObject({ kind: 'gateway', url: gateway.url });
    await own.close();
    const elsewhere = { HOLDFAST_HOME: join(home, 'elsewhere'), HOLDFAST_URL: gateway.url };
    const named = await open(undefined, { ...elsewhere, HOLDFAST_ADMIN_KEY: adminKey });
    expect((await named.snapshot()).self.url).toBe(gateway.url);
    await named.close();
    const wrong = await open(undefined, {
      ...elsewhere,
      HOLDFAST_ADMIN_KEY: `hf_${'b'.repeat(32)}`,
    });
    await expect(wrong.snapshot()).rejects.toMatchObject({ code: 'gateway-key-wrong' });
    await wrong.close();
    const call = await open(undefined, { ...elsewhere, HOLDFAST_ADMIN_KEY: gateway.key });
    await expect(call.records({ limit: 1 })).rejects.toMatchObject({ code: 'key-not-allowed' });
    await call.close();
  });

  it.each(['127.0.0.1:4653', 'ftp://host', 'http://'])(
    'refuses %s as an address',
    async (address) => {
      await expect(open(address)).rejects.toMatchObject({ code: 'request-invalid' });
    },
  );

  it('says when nobody answers at the address', async () => {
    const host = hostOf({ HOLDFAST_ADMIN_KEY: `hf_${'c'.repeat(32)}` });
    const asked = withReadings({ terminal, host }, 'http://127.0.0.1:9', (readings) =>
      readings.snapshot(),
    );
    await expect(asked).rejects.toMatchObject({ code: 'gateway-unreachable' });
  });
});
