/**
 * A fleet on one machine: three gateways with a home each, one engine, and callers that never
 * pause. The engine and members are killed one by one: what the others know, what each says, and
 * that no caller notices. Needs `redis-server` or, with ENGINE=valkey-server, Valkey.
 *
 *     npx node examples/fleet/run.ts
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, expectThat, readLog, Stage, tell } from '../stage.ts';

const stage = new Stage();
const enginePort = await findPort();
let isOver = false;
let answered = 0;
const failed: string[] = [];

/** One gateway of the fleet. */
class Member {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  url = '';
  /** Its callers send nothing while it is down. */
  isUp = false;

  constructor(name: string) {
    this.name = name;
    const home = join(stage.home, name);
    mkdirSync(home);
    this.environment = {
      HOLDFAST_HOME: home,
      HOLDFAST_CONFIG: join(stage.home, 'config.yaml'),
      HOLDFAST_FLEET_KEY: '0123456789abcdef'.repeat(4),
    };
  }

  async start(): Promise<void> {
    this.url = await stage.startGateway(this.environment);
    this.isUp = true;
  }

  end(signal: 'SIGKILL' | 'SIGTERM'): void {
    const path = join(stage.home, this.name, 'running.json');
    process.kill(JSON.parse(readFileSync(path, 'utf8')).pid, signal);
  }

  /** What it said of itself, a line each. */
  async said(): Promise<readonly string[]> {
    const { output } = await stage.run(['logs'], this.environment);
    return output.split('\n').filter((line) => /listens on|member is|SIGTERM/.test(line));
  }

  /** True as soon as this is the last that it said of the fleet; false if it never is. */
  saysLast(words: string): Promise<boolean> {
    return this.#waitFor((last) => last?.includes(words) === true);
  }

  /** A busy machine may be too slow for the first answer of the engine: then it comes back. */
  isTogether(): Promise<boolean> {
    return this.#waitFor((last) => last?.includes('is alone') !== true);
  }

  async #waitFor(isSo: (last: string | undefined) => boolean): Promise<boolean> {
    for (let tries = 0; tries < 40; tries += 1, await sleep(200))
      if (isSo((await this.said()).findLast((line) => line.includes('member is')))) return true;
    return false;
  }

  /** Callers that never pause. */
  async load(): Promise<void> {
    for (; !isOver; await sleep(20)) {
      if (!this.isUp) continue;
      const status = await ask(this.url, 'main').then((answer) => answer.status, String);
      if (status === 200) answered += 1;
      else if (this.isUp) failed.push(`${this.name}: ${status}`);
    }
  }
}

const a = new Member('a');
const b = new Member('b');
const c = new Member('c');
const members = [a, b, c];
let engine: ChildProcess | undefined;
try {
  const provider = await stage.startProvider();
  const spent = (name: string): string =>
    `{base_url: "${provider}", protocol: openai-chat, local: false, credentials: [{label: spent, api_key: sk-sim-exhausted+${name}}, {label: good, api_key: sk-sim-good+${name}}]}`;
  stage.write(
    'config.yaml',
    `main: load/sim/echo
aliases: {early: early/sim/echo, apart: apart/sim/echo}
providers:
  load: {base_url: "${provider}", protocol: openai-chat, local: false, api_key: sk-sim-good+load}
  early: ${spent('early')}
  apart: ${spent('apart')}
state: redis://127.0.0.1:${enginePort}
gateway: {drain_delay: 1}
`,
  );
  /** How often the provider refused a key. */
  const refusals = async (): Promise<number> =>
    (await readLog(provider)).filter(({ status }) => status === 429).length;
  tell('1. Three members, one engine, callers at each of them');
  engine = await startEngine();
  await Promise.all(members.map((member) => member.start()));
  const load = Promise.all(members.map((member) => member.load()));
  for (let tries = 0; tries < 100 && answered < 30; tries += 1) await sleep(100);
  expectThat(answered >= 30, `they are answered: ${answered} so far`);
  for (const member of members) expectThat(await member.isTogether(), `${member.name} is joined`);

  tell('2. `a` meets a key whose quota is spent');
  expectThat((await ask(a.url, 'early')).status === 200, 'it goes on with the next key');
  await sleep(1000);
  for (const { url } of [b, c]) await ask(url, 'early');
  const first = await refusals();
  expectThat(first === 1, `the others do not try that key: it was refused ${first} time`);

  tell('3. The engine is killed');
  engine.kill('SIGKILL');
  for (const member of members)
    expectThat(await member.saysLast('is alone'), `${member.name} says that it is alone`);
  expectThat((await ask(a.url, 'apart')).status === 200, '`a` meets another spent key meanwhile');

  tell('4. The engine is back, and empty');
  engine = await startEngine();
  for (const member of members)
    expectThat(await member.saysLast('is back'), `${member.name} says that it is back`);
  for (const { url } of [b, c]) {
    await ask(url, 'early');
    await ask(url, 'apart');
  }
  const second = await refusals();
  expectThat(second === 2, `all know both keys: ${second} refusals in all`);

  tell('5. `b` is killed, and started again');
  b.isUp = false;
  b.end('SIGKILL');
  await sleep(1000);
  await b.start();
  await ask(b.url, 'apart');
  expectThat((await refusals()) === second, 'it knows what it knew');

  tell('6. `c` is told to stop');
  c.end('SIGTERM');
  await sleep(300);
  const ready = await fetch(`${c.url.replace(/\/v1$/, '')}/readyz`);
  expectThat(ready.status === 503, 'it says that it is not ready, as balancers ask');
  expectThat((await ask(c.url, 'main')).status === 200, 'and still answers');
  c.isUp = false;
  await sleep(1500);

  isOver = true;
  await load;
  tell(`7. ${answered} requests were answered`);
  expectThat(failed.length === 0, `${failed.length} failed ${failed.slice(0, 3).join(', ')}`);

  for (const member of members) {
    tell(`What ${member.name} said:`);
    for (const line of await member.said()) tell(`   ${line.slice(0, 150)}`);
  }
} finally {
  isOver = true;
  engine?.kill('SIGKILL');
  await stage.clear();
}

async function startEngine(): Promise<ChildProcess> {
  const options = ['--port', String(enginePort), '--bind', '127.0.0.1', '--save', ''];
  const program = process.env['ENGINE'] ?? 'redis-server';
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout ?? []) if (/Ready to accept/.test(String(chunk))) break;
  return child;
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
