/**
 * What the examples share: real processes of this checkout in a folder of their own, and steps told
 * as they happen.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '../bin/holdfast.js');
const gatewayKey = `hf_example${'0'.repeat(16)}`;

/** One request as the simulated provider saw it. */
export interface SeenRequest {
  readonly at: number;
  readonly method: string;
  readonly model: string | null;
  readonly status: number | null;
  readonly keyFingerprint: string | null;
}

export interface Answer {
  readonly status: number;
  /** The target that answered, as `provider/model`. */
  readonly target: string;
  readonly text: string;
}

export interface Finished {
  readonly status: number;
  readonly output: string;
}

/** A folder with its configuration, and the programs that were started over it. */
export class Stage {
  readonly home = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
  readonly #programs: ChildProcess[] = [];
  /** What the programs have said so far. */
  said = '';

  /** Writes a file into the folder that all programs read. */
  write(name: string, text: string): void {
    writeFileSync(join(this.home, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.home, name), 'utf8');
  }

  /** Starts the simulated provider and resolves with its base URL. */
  async startProvider(): Promise<string> {
    return this.#start(['sim', '--port', '0'], /listens on (\S+?);/);
  }

  /**
   * Starts a gateway as a process of its own, with nothing of this shell's environment but what is
   * given.
   */
  async startGateway(environment: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.#start(['serve', '--port', '0'], /listens on (\S+)/, environment);
  }

  /** Runs one command to its end. */
  run(
    argv: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Finished> {
    return finish(this.#spawn(argv, environment));
  }

  /** Puts a program of `sh` on the path of what is pasted. */
  program(name: string, script: string): void {
    const folder = join(this.home, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  /**
   * Runs a line as a person pastes it: in `sh`, with `holdfast` on the path. `input` is what is
   * typed, `onTalk` hears what is said beside the answer.
   */
  paste(
    line: string,
    environment: Readonly<Record<string, string>> = {},
    { input = '', onTalk = (_text: string): void => undefined } = {},
  ): Promise<Finished> {
    const folder = join(this.home, 'bin');
    this.program('holdfast', `exec '${process.execPath}' '${launcher}' "$@"`);
    const env = {
      ...this.#environment(environment),
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    };
    const child = spawn('sh', ['-c', line], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin?.on('error', () => undefined); // it may ask for nothing
    child.stdin?.end(input);
    child.stderr?.on('data', (chunk: Buffer) => onTalk(chunk.toString()));
    return finish(child);
  }

  /** Ends every program and removes the folder. */
  async clear(): Promise<void> {
    await Promise.all(this.#programs.map((child) => end(child)));
    rmSync(this.home, { recursive: true });
  }

  #spawn(argv: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
    const env = this.#environment(environment);
    return spawn(process.execPath, [launcher, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #environment(more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      HOLDFAST_HOME: this.home,
      HOLDFAST_GATEWAY_KEY: gatewayKey,
      NO_COLOR: '1',
      ...more,
    };
  }

  #start(
    argv: readonly string[],
    ready: RegExp,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const child = this.#spawn(argv, environment);
    this.#programs.push(child);
    let said = '';
    return new Promise((resolve, reject) => {
      const onData = (chunk: Buffer): void => {
        said += chunk.toString();
        this.said += chunk.toString();
        const found = ready.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout?.on('data', onData);
      child.stderr?.on('data', onData);
      child.on('exit', () => reject(new Error(`holdfast ${argv.join(' ')} ended: ${said}`)));
    });
  }
}

/** Asks the gateway as any OpenAI client would. */
export function ask(gateway: string, model: string): Promise<Answer> {
  const body = { model, messages: [{ role: 'user', content: 'hello there' }] };
  return post(gateway, 'chat/completions', JSON.stringify(body));
}

/** Asks the gateway for vectors. */
export function embed(gateway: string, model: string): Promise<Answer> {
  return post(gateway, 'embeddings', JSON.stringify({ model, input: 'hello there' }));
}

/** Sends the gateway a body as it is. */
export async function post(gateway: string, path: string, body: string): Promise<Answer> {
  const response = await fetch(`${gateway}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
    body,
  });
  const target = response.headers.get('x-holdfast-target') ?? 'nobody';
  return { status: response.status, target, text: await response.text() };
}

/**
 * The provider's own view of what it was asked; what a gateway asks of a local server itself, at
 * its start, is left out.
 */
export async function readLog(provider: string): Promise<readonly SeenRequest[]> {
  const response = await fetch(new URL('/sim/log', provider));
  return parseLog(await response.json()).filter(({ method }) => method === 'POST');
}

function parseLog(body: unknown): readonly SeenRequest[] {
  return body as readonly SeenRequest[];
}

/** Tells a step of the story. */
export function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Tells what was found; when it is not what was expected, the example fails. */
export function expectThat(isTrue: boolean, what: string): void {
  tell(`   ${isTrue ? '✓' : '✗'} ${what}`);
  if (!isTrue) process.exitCode = 1;
}

function finish(child: ChildProcess): Promise<Finished> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
