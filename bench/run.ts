/**
 * `npm run bench`: the relay against a direct call in one run: requests/s at 64 connections and the gateway's CPU per request, for two
 * body sizes, in interleaved batches. Gateway on one core, load and upstream on the other where `taskset` is there.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';

const connections = 64;
const batchMs = 2000;
const batches = 5;
const root = join(import.meta.dirname, '..');
const gatewayKey = `hf_bench_${'b'.repeat(24)}`;
/** Linux counts CPU time in hundredths of a second. */
const tickUs = 10_000;

interface Batch {
  readonly perSecond: number;
  readonly cpuUs: number;
}

const upstream = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const body =
      '{"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}]}';
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
const address = upstream.address();
const upstreamPort = typeof address === 'object' && address !== null ? address.port : 0;

const home = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
writeFileSync(
  join(home, 'config.yaml'),
  `main: up/m\nproviders:\n  up: {base_url: "http://127.0.0.1:${upstreamPort}/v1", protocol: openai-chat, api_key: sk-test-bench-upstream}\ngateway: {port: ${upstreamPort + 1}}\n`,
);
const hasTaskset = spawnSync('taskset', ['-V']).status === 0;
if (hasTaskset) spawnSync('taskset', ['-acp', '1', String(process.pid)]);
const gateway = startGateway();
await untilHealthy(`http://127.0.0.1:${upstreamPort + 1}/healthz`);

try {
  for (const [name, padding] of [
    ['1 kB', 900],
    ['100 kB', 100_000],
  ] as const) {
    const body = JSON.stringify({
      model: 'main',
      messages: [{ role: 'user', content: 'x'.repeat(padding) }],
    });
    const direct: Batch[] = [];
    const relayed: Batch[] = [];
    for (let index = 0; index < batches; index++) {
      direct.push(await load(upstreamPort, body));
      relayed.push(await load(upstreamPort + 1, body));
    }
    const [through, straight, cpu] = [
      median(relayed.map(({ perSecond }) => perSecond)),
      median(direct.map(({ perSecond }) => perSecond)),
      median(relayed.map(({ cpuUs }) => cpuUs)),
    ];
    console.log(
      `${name.padEnd(7)} direct ${straight.toFixed(0)} requests/s, relayed ${through.toFixed(0)} (${(through / straight).toFixed(2)} of direct), gateway CPU ${cpu.toFixed(0)} µs a request`,
    );
  }
} finally {
  gateway.kill('SIGTERM');
  upstream.close();
  upstream.closeAllConnections();
  rmSync(home, { recursive: true });
}

function startGateway(): ChildProcess {
  const command = [process.execPath, join(root, 'bin/holdfast.js'), 'serve'];
  const [first = '', ...rest] = hasTaskset ? ['taskset', '-c', '0', ...command] : command;
  const env = { ...process.env, HOLDFAST_HOME: home, HOLDFAST_GATEWAY_KEY: gatewayKey };
  return spawn(first, rest, { env, stdio: 'ignore' });
}

async function untilHealthy(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the gateway did not start within 5 s');
}

async function load(port: number, body: string): Promise<Batch> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${gatewayKey}` };
  const [startedAt, cpuBefore] = [performance.now(), cpuTicks()];
  let count = 0;
  const work = async (): Promise<void> => {
    while (performance.now() - startedAt < batchMs) {
      const response = await pool.request({ path: '/v1/chat/completions', method: 'POST', headers, body });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuUs = ((cpuTicks() - cpuBefore) * tickUs) / count;
  await pool.destroy();
  return { perSecond: count / seconds, cpuUs };
}

/** User and system ticks of the gateway process; 0 where there is no /proc. */
function cpuTicks(): number {
  try {
    const fields = readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0; // another system: only the rates are printed
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
