/**
 * Starts the contenders: a direct call, nginx as a plain reverse proxy, Holdfast, and Portkey's
 * gateway from npm, each on one core before one provider.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, ContenderName } from './contender.ts';
import { Client, encodeRequest } from './load.ts';
import { findFreePort, onContenderCore, sleep } from './machine.ts';
import { installPortkey } from './portkey.ts';
import { protocols } from './wire-shapes.ts';

const providerKey = 'sk-test-bench-upstream';
const gatewayKey = `hf_bench_${'b'.repeat(24)}`;
const root = join(import.meta.dirname, '..');

/** The place of the contenders: an empty folder, and the provider's port. */
export interface Place {
  readonly folder: string;
  readonly upstreamPort: number;
  /** Writes a CPU profile of Holdfast to this folder when it ends. */
  readonly profileTo?: string;
}

type Maker = (place: Place) => Promise<Contender | undefined>;

/** This checkout, as one process. */
export const alone: Maker = (place) => createHoldfast(place, 'holdfast', { checkout: root });

/** Holdfast and the contenders that it is compared with. */
export const everybody: readonly Maker[] = [createDirect, createNginx, alone, createPortkey];

/** This checkout, and one of an earlier commit in this folder. */
export function bothCheckouts(before: string): readonly Maker[] {
  return [
    (place) => createHoldfast(place, 'holdfast', { checkout: root }),
    (place) => createHoldfast(place, 'before', { checkout: before }),
  ];
}

/** This checkout, with so many worker processes. */
export function withWorkers(count: number): Maker {
  return (place) =>
    createHoldfast(place, 'workers', {
      checkout: root,
      flags: ['--workers', String(count)],
    });
}

/** How the package is started. */
export interface Packaged {
  /** Its folder, as npm laid it down. */
  readonly folder: string;
  readonly node: string;
  readonly memory: 'small' | 'fast';
  /** 0: one process. */
  readonly workers: number;
}

/** The installed package, in an empty home. */
export function packaged({ folder, node, memory, workers }: Packaged): Maker {
  const flags = workers === 0 ? [] : ['--workers', String(workers)];
  return (place) =>
    createHoldfast(place, 'holdfast', { checkout: folder, flags, node, settings: { memory } });
}

/** Starts every installed contender, and reports the others with the reason. */
export async function startContenders(
  place: Place,
  makers: readonly Maker[],
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const make of makers) {
    const contender = await make(place);
    if (contender === undefined) continue;
    await contender.restart();
    contenders.push(contender);
  }
  return contenders;
}

async function createDirect({ upstreamPort }: Place): Promise<Contender> {
  const headers = [`authorization: Bearer ${providerKey}`];
  return {
    ...{ name: 'direct', port: upstreamPort, headers, model: 'm', pid: undefined },
    restart: async () => undefined,
    stop: async () => undefined,
  };
}

interface HoldfastOptions {
  /** A folder with `bin/holdfast.js`. */
  readonly checkout: string;
  readonly flags?: readonly string[];
  /** Default: the Node that runs this. */
  readonly node?: string;
  /** Settings of `gateway`. */
  readonly settings?: Readonly<Record<string, string>>;
}

async function createHoldfast(
  { folder, upstreamPort, profileTo }: Place,
  name: 'holdfast' | 'before' | 'workers',
  { checkout, flags = [], node = process.execPath, settings = {} }: HoldfastOptions,
): Promise<Contender> {
  const port = await findFreePort();
  const home = mkdtempSync(join(folder, name));
  const base_url = `http://127.0.0.1:${upstreamPort}/v1`;
  const up = (protocol: string): object => ({ base_url, protocol, api_key: providerKey });
  const others = protocols.map((protocol) => [`up-${protocol}`, up(protocol)] as const);
  const providers = { up: up('openai-chat'), ...Object.fromEntries(others) };
  writeFileSync(
    join(home, 'config.yaml'),
    JSON.stringify({ main: 'up/m', providers, gateway: { port, ...settings } }),
  );
  const profiling = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  return new Program({
    name,
    port,
    model: 'main',
    headers: [`authorization: Bearer ${gatewayKey}`],
    command: [node, ...profiling, join(checkout, 'bin/holdfast.js'), 'serve', ...flags],
    environment: { HOME: home, HOLDFAST_HOME: home, HOLDFAST_GATEWAY_KEY: gatewayKey },
  });
}

/** Debian's package, one worker, as little configuration as a relay needs. */
async function createNginx({ folder, upstreamPort }: Place): Promise<Contender | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return leaveOut('nginx', 'it is not installed');
  const port = await findFreePort();
  const home = join(folder, 'nginx');
  mkdirSync(home);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(home, 'nginx.conf'),
    `daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 16384; pid ${home}/nginx.pid; error_log /dev/null;
events { worker_connections 8192; }
http {
  access_log off; client_max_body_size 64m; client_body_buffer_size 1m; keepalive_requests 1000000000;
  ${temporary.map((name) => `${name}_temp_path ${home}/${name};`).join(' ')}
  upstream up { server 127.0.0.1:${upstreamPort}; keepalive 2048; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`,
  );
  const command = ['nginx', '-c', join(home, 'nginx.conf'), '-p', home];
  const headers = [`authorization: Bearer ${providerKey}`];
  return new Program({ name: 'nginx', port, model: 'm', headers, command, environment: {} });
}

async function createPortkey({ upstreamPort }: Place): Promise<Contender | undefined> {
  const found = installPortkey();
  if (!found.isInstalled) return leaveOut('portkey', found.reason);
  const port = await findFreePort();
  return new Program({
    name: 'portkey',
    port,
    model: 'm',
    headers: [
      `authorization: Bearer ${providerKey}`,
      'x-portkey-provider: openai',
      `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
    ],
    command: [process.execPath, found.program, `--port=${port}`, '--headless'],
    environment: { NODE_ENV: 'production' },
  });
}

function leaveOut(name: ContenderName, reason: string): undefined {
  console.error(`${name} is left out: ${reason}`);
}

interface ProgramOptions extends Omit<Contender, 'pid' | 'restart' | 'stop'> {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A contender with its own process. */
class Program implements Contender {
  readonly name: ContenderName;
  readonly port: number;
  readonly headers: readonly string[];
  readonly model: string;
  readonly #options: ProgramOptions;
  #process: ChildProcess | undefined;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.port = options.port;
    this.headers = options.headers;
    this.model = options.model;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async restart(): Promise<void> {
    await this.stop();
    const { command, environment } = this.#options;
    const [file = '', ...rest] = onContenderCore(command);
    this.#process = spawn(file, rest, { env: { ...process.env, ...environment }, stdio: 'ignore' });
    await untilAnswering(this);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGTERM');
    await ended;
  }
}

async function untilAnswering(contender: Contender): Promise<void> {
  let last: unknown;
  for (let tries = 0; tries < 1000; tries++) {
    const client = new Client(contender.port);
    try {
      return await client.request(encodeRequest(contender, 10));
    } catch (error) {
      last = error;
    } finally {
      client.close();
    }
    await sleep(50);
  }
  throw new Error(`${contender.name} did not answer within 50 s`, { cause: last });
}
