/**
 * `npm run bench`: the relay against a direct call and, where it is installed, against nginx, in one run: requests/s at 64 connections
 * and CPU per request, for two body sizes, in interleaved batches. Gateway on one core, load and upstream on the other where `taskset` is there.
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
const nginx = startNginx();
await untilHealthy(`http://127.0.0.1:${upstreamPort + 1}/healthz`);

try {
  await measure('1 kB', 900);
  await measure('100 kB', 100_000);
} finally {
  gateway.kill('SIGTERM');
  nginx?.kill('SIGTERM');
  upstream.close();
  upstream.closeAllConnections();
  rmSync(home, { recursive: true });
}

async function measure(name: string, padding: number): Promise<void> {
  const body = JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'x'.repeat(padding) }] });
  const ways = [
    { what: 'direct', port: upstreamPort, measured: empty() },
    { what: 'holdfast', port: upstreamPort + 1, measured: empty() },
    ...(nginx === undefined ? [] : [{ what: 'nginx', port: upstreamPort + 2, measured: empty() }]),
  ];
  for (let index = 0; index < batches; index++) {
    for (const { port, measured } of ways) measured.push(await load(port, body));
  }
  const straight = median(ways[0]?.measured.map(({ perSecond }) => perSecond) ?? []);
  console.log(name);
  for (const { what, measured } of ways) console.log(describe(what, measured, straight));
}

function empty(): Batch[] {
  return [];
}

function startGateway(): ChildProcess {
  const command = [process.execPath, join(root, 'bin/holdfast.js'), 'serve'];
  const [first = '', ...rest] = hasTaskset ? ['taskset', '-c', '0', ...command] : command;
  const env = { ...process.env, HOLDFAST_HOME: home, HOLDFAST_GATEWAY_KEY: gatewayKey };
  return spawn(first, rest, { env, stdio: 'ignore' });
}

/** Debian's nginx as a plain reverse proxy on the gateway's core; left out where it is not installed. */
function startNginx(): ChildProcess | undefined {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
  const file = join(home, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; worker_processes 1; pid ${home}/nginx.pid; error_log /dev/null;
events { worker_connections 8192; }
http { access_log off; client_max_body_size 64m; client_body_buffer_size 1m; client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/f; uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
  keepalive_requests 1000000000;
  upstream up { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${upstreamPort + 2};
    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } } }
`,
  );
  const command = ['nginx', '-c', file, '-p', home];
  const [first = '', ...rest] = hasTaskset ? ['taskset', '-c', '0', ...command] : command;
  return spawn(first, rest, { stdio: 'ignore' });
}

function describe(what: string, measured: readonly Batch[], straight: number): string {
  const perSecond = median(measured.map((batch) => batch.perSecond));
  const cpuUs = median(measured.map((batch) => batch.cpuUs));
  return `  ${what.padEnd(9)} ${perSecond.toFixed(0)} requests/s (${(perSecond / straight).toFixed(2)} of direct), CPU ${cpuUs.toFixed(0)} µs a request`;
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
  const pid = processAt(port);
  const [startedAt, cpuBefore] = [performance.now(), cpuTicks(pid)];
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
  const cpuUs = ((cpuTicks(pid) - cpuBefore) * tickUs) / count;
  await pool.destroy();
  return { perSecond: count / seconds, cpuUs };
}

function processAt(port: number): number | undefined {
  return [process.pid, gateway.pid, nginx?.pid][port - upstreamPort];
}

/** User and system ticks of a process; 0 where there is no /proc. */
function cpuTicks(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0; // another system: only the rates are printed
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
