/**
 * Runs requests through a gateway of its own process, with the simulated provider in another, and
 * says which functions of `src` each ran through.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CallCounter, type CalledFunction, startCallCounter } from './call-counts.ts';

/** The address of `src/`. */
export const source: string = new URL('../../src/', import.meta.url).href;

const launcher = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
const gatewayKey = `hf_${'0'.repeat(24)}`;
/** Work that a gateway does only for its first requests is over after so many. */
const warmUps = 100;
/**
 * Only functions that ran in each of these requests count. Timers fire during some of them, and the
 * bytes of some answers come in two reads.
 */
const rounds = 40;
/**
 * A request is over when nothing has run for two such times. Work after the answer, such as writing
 * the record, counts for the request.
 */
const quietMs = 3;

/** How an answer comes. */
export type AnswerKind = 'streamed' | 'whole';

export const answerKinds: readonly AnswerKind[] = ['streamed', 'whole'];

export interface RequestPath {
  readonly files: number;
  readonly functions: readonly CalledFunction[];
}

/** Returns the functions that each of many healthy relayed requests ran, for both kinds. */
export async function measurePaths(): Promise<Readonly<Record<AnswerKind, RequestPath>>> {
  const stage = new Stage();
  try {
    const { gateway, counter } = await stage.begin();
    const streamed = await measurePath(gateway, counter, 'streamed');
    const whole = await measurePath(gateway, counter, 'whole');
    counter.close();
    return { streamed, whole };
  } finally {
    await stage.close();
  }
}

async function measurePath(
  gateway: string,
  counter: CallCounter,
  kind: AnswerKind,
): Promise<RequestPath> {
  for (let index = 0; index < warmUps; index += 1) await ask(gateway, kind);
  await takeAll(counter);
  let common: ReadonlyMap<string, CalledFunction> | undefined;
  for (let round = 0; round < rounds; round += 1) {
    await ask(gateway, kind);
    const called = await takeAll(counter);
    common = new Map([...(common ?? called)].filter(([key]) => called.has(key)));
  }
  const functions = [...(common ?? []).values()];
  return { files: new Set(functions.map(({ url }) => url)).size, functions };
}

/** Returns what has run since the counter was last asked, once nothing runs any more. */
async function takeAll(counter: CallCounter): Promise<ReadonlyMap<string, CalledFunction>> {
  const all = new Map<string, CalledFunction>();
  for (let quiet = 0; quiet < 2; ) {
    const called = (await counter.take()).filter(({ url }) => url.startsWith(source));
    for (const one of called) all.set(`${one.url} ${one.offset} ${one.name}`, one);
    quiet = called.length === 0 ? quiet + 1 : 0;
    await setTimeout(quietMs);
  }
  return all;
}

/** Both processes and their folder. */
class Stage {
  readonly #home = mkdtempSync(join(tmpdir(), 'holdfast-path-'));
  readonly #children: ChildProcess[] = [];

  async begin(): Promise<{ readonly gateway: string; readonly counter: CallCounter }> {
    const { url: provider } = await this.#start([launcher, 'sim'], /listens on (\S+);/);
    const up = {
      base_url: provider,
      protocol: 'openai-chat',
      api_key: 'sk-sim-good',
      local: false,
    };
    writeFileSync(
      join(this.#home, 'config.yaml'),
      JSON.stringify({ main: 'up/sim/plain', gateway: { port: 0 }, providers: { up } }),
    );
    const { url, said } = await this.#start(
      ['--inspect=127.0.0.1:0', launcher, 'serve'],
      /listens on (\S+)\/v1/,
    );
    return { gateway: url, counter: await startCallCounter(/ws:\/\/\S+/.exec(said)?.[0] ?? '') };
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map(stop));
    rmSync(this.#home, { recursive: true, force: true });
  }

  /**
   * Starts a program of ours and gives the address that it names on stderr, and all that it said
   * until then.
   */
  #start(
    argv: readonly string[],
    announced: RegExp,
  ): Promise<{ readonly url: string; readonly said: string }> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOLDFAST_HOME: this.#home,
      HOLDFAST_GATEWAY_KEY: gatewayKey,
      NO_COLOR: '1',
    };
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#children.push(child);
    let said = '';
    return new Promise((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const url = announced.exec(said)?.[1];
        if (url !== undefined) resolve({ url, said });
      });
      child.on('exit', () => reject(new Error(`${argv.join(' ')} ended: ${said}`)));
    });
  }
}

async function ask(gateway: string, kind: AnswerKind): Promise<void> {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'main',
      stream: kind === 'streamed',
      messages: [{ role: 'user', content: 'hello there' }],
    }),
  });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(`the request was not answered: ${response.status} ${text}`);
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
