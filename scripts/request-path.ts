/**
 * `npm run path`: counts the files and functions of `src` that one healthy relayed request runs through, in a gateway of
 * its own process, with the simulated provider in another. `-- --list` names them, `-- --whole` takes an answer that is
 * not streamed. What is counted ran in each of several requests, one after the other: what a timer adds is left out.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CalledFunction, startCallCounter } from './lib/call-counts.ts';

const launcher = fileURLToPath(new URL('../bin/holdfast.js', import.meta.url));
const source = new URL('../src/', import.meta.url).href;
const gatewayKey = `hf_${'0'.repeat(24)}`;
const warmUps = 200;
const rounds = 5;
const isStreamed = !process.argv.includes('--whole');

const home = mkdtempSync(join(tmpdir(), 'holdfast-path-'));
const children: ChildProcess[] = [];
try {
  const called = await measure();
  const files = new Set(called.map(({ url }) => url));
  if (process.argv.includes('--list')) printList(called);
  const kind = isStreamed ? 'streamed' : 'whole';
  console.log(`a healthy relayed request (${kind}): ${files.size} files, ${called.length} functions`);
} finally {
  await Promise.all(children.map(stop));
  rmSync(home, { recursive: true, force: true });
}

/** The functions of ours that ran in every one of the counted requests. */
async function measure(): Promise<readonly CalledFunction[]> {
  const provider = await start([launcher, 'sim'], /listens on (\S+);/);
  const up = { base_url: provider, protocol: 'openai-chat', api_key: 'sk-sim-good' };
  writeFileSync(
    join(home, 'config.yaml'),
    JSON.stringify({ main: 'up/sim/plain', gateway: { port: 0 }, providers: { up } }),
  );
  let inspector = '';
  const gateway = await start(
    ['--inspect=127.0.0.1:0', launcher, 'serve'],
    /listens on (\S+)\/v1/,
    (said) => {
      inspector = /ws:\/\/\S+/.exec(said)?.[0] ?? '';
    },
  );
  const counter = await startCallCounter(inspector);
  for (let index = 0; index < warmUps; index += 1) await ask(gateway);
  let common: readonly CalledFunction[] | undefined;
  for (let round = 0; round < rounds; round += 1) {
    await counter.take();
    await ask(gateway);
    const called = (await counter.take()).filter(({ url }) => url.startsWith(source));
    const keys = new Set(called.map(toKey));
    common = (common ?? called).filter((one) => keys.has(toKey(one)));
  }
  counter.close();
  return common ?? [];
}

/** Starts a program of ours and gives the address that it names on stderr. */
function start(argv: readonly string[], announced: RegExp, onSaid?: (said: string) => void): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOLDFAST_HOME: home,
    HOLDFAST_GATEWAY_KEY: gatewayKey,
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = announced.exec(said)?.[1];
      if (address === undefined) return;
      onSaid?.(said);
      resolve(address);
    });
    child.on('exit', () => reject(new Error(`${argv.join(' ')} ended: ${said}`)));
  });
}

async function ask(gateway: string): Promise<void> {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'main',
      stream: isStreamed,
      messages: [{ role: 'user', content: 'hello there' }],
    }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the request was not answered: ${response.status} ${text}`);
}

function toKey({ url, name, offset }: CalledFunction): string {
  return `${url} ${offset} ${name}`;
}

/** Each file with its functions, by the line where they begin. */
function printList(called: readonly CalledFunction[]): void {
  const files = Map.groupBy(called, ({ url }) => url);
  for (const [url, functions] of [...files].sort(([left], [right]) => left.localeCompare(right))) {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    console.log(`src/${url.slice(source.length)} (${functions.length})`);
    for (const { name, offset } of functions) {
      const line = text.slice(0, offset).split('\n').length;
      console.log(`  ${String(line).padStart(4)} ${name === '' ? '(no name)' : name}`);
    }
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
