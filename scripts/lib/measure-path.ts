/**
 * Runs requests through a gateway in its own process, with the simulated provider in another, and
 * returns the functions of `src` that each request ran.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CalledFunction, startCallCounter } from './call-counts.ts';

/** The address of `src/`. */
export const source: string = new URL('../../src/', import.meta.url).href;

const launcher = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
const gatewayKey = `hf_${'0'.repeat(24)}`;
const warmUps = 200;
/** On a busy machine a timer may fire during several requests in a row. */
const rounds = 30;
/** Work after the answer, such as writing the record, counts for the request. */
const settleMs = 20;

export interface RequestPath {
  readonly files: number;
  readonly functions: readonly CalledFunction[];
}

/**
 * Returns the functions that every one of several requests ran, so that work of timers is left out.
 */
export async function measurePath(isStreamed: boolean): Promise<RequestPath> {
  const stage = new Stage();
  try {
    const functions = await stage.measure(isStreamed);
    return { files: new Set(functions.map(({ url }) => url)).size, functions };
  } finally {
    await stage.close();
  }
}

/** Owns both processes and their folder. */
class Stage {
  readonly #home = mkdtempSync(join(tmpdir(), 'holdfast-path-'));
  readonly #children: ChildProcess[] = [];

  async measure(isStreamed: boolean): Promise<readonly CalledFunction[]> {
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
    const counter = await startCallCounter(/ws:\/\/\S+/.exec(said)?.[0] ?? '');
    for (let index = 0; index < warmUps; index += 1) await ask(url, isStreamed);
    let common: readonly CalledFunction[] | undefined;
    for (let round = 0; round < rounds; round += 1) {
      await counter.take();
      await ask(url, isStreamed);
      await setTimeout(settleMs);
      const called = (await counter.take()).filter((one) => one.url.startsWith(source));
      const keys = new Set(called.map(toKey));
      common = (common ?? called).filter((one) => keys.has(toKey(one)));
    }
    counter.close();
    return common ?? [];
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map(stop));
    rmSync(this.#home, { recursive: true, force: true });
  }

  /**
   * Starts one of our programs, and returns the address that it prints on stderr with all text
   * before it.
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

async function ask(gateway: string, isStreamed: boolean): Promise<void> {
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
  if (response.status !== 200)
    throw new Error(`the request was not answered: ${response.status} ${text}`);
}

function toKey({ url, name, offset }: CalledFunction): string {
  return `${url} ${offset} ${name}`;
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
