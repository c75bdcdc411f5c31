/**
 * Plays a person at a terminal, in process: an agent's engine and whole commands share one home on
 * the real disk, while clock, environment, programs and providers are those of the fake host.
 */

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCommandLine } from '../../src/cli/program/run-program.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { createPipedTerminal } from './piped-terminal.ts';

export interface Printed {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

export interface CommandStageOptions {
  /** Variables of the shell, besides those of the home. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly random?: readonly number[];
}

export class CommandStage {
  readonly home = mkdtempSync(join(tmpdir(), 'holdfast-commands-'));
  host: FakeHost;

  constructor({ environment = {}, random }: CommandStageOptions = {}) {
    const fake = createFakeHost({
      environment: { HOME: this.home, HOLDFAST_HOME: this.home, TZ: 'UTC', ...environment },
      ...(random && { random }),
    });
    this.host = { ...fake, files: createNodeFiles() };
  }

  write(name: string, text: string | Uint8Array, mode = 0o600): void {
    writeFileSync(join(this.home, name), text);
    chmodSync(join(this.home, name), mode);
  }

  read(name: string): string {
    return readFileSync(join(this.home, name), 'utf8');
  }

  /**
   * Runs one command to its end. `typed` is what the person enters where it asks for a secret.
   * `isLost`: nobody reads its stdout.
   */
  async run(words: readonly string[], typed = '', isLost = false): Promise<Printed> {
    const said = { out: '', talk: '' };
    const terminal = createPipedTerminal({
      host: this.host,
      out: (text) => {
        if (!isLost) said.out += text;
      },
      talk: (text) => {
        said.talk += text;
      },
      readInput: async () => typed,
      readLine: async () => typed,
      readSecret: async () => typed,
      onSignal: (signals, listener) => {
        if (isLost && signals.includes('SIGPIPE')) listener('SIGPIPE');
        return () => undefined;
      },
    });
    const status = await this.#moveUntil(runCommandLine(terminal, words, () => isLost));
    return { status, ...said };
  }

  /** Runs an agent's engine of this home until `use` has ended; then what it learned is on disk. */
  async withEngine<T>(use: (runtime: Runtime) => Promise<T>): Promise<T> {
    const runtime = createRuntime({ host: this.host, store: 'in-place', mayLackKeys: true });
    try {
      return await use(runtime);
    } finally {
      await this.#moveUntil(runtime.close());
    }
  }

  /** Asks as an agent does and moves the clock as the answer needs. Resolves with the status. */
  ask(runtime: Runtime, model: string): Promise<number> {
    let status = 0;
    const body = Buffer.from(
      JSON.stringify({ model, messages: [{ role: 'user', content: 'hello there' }] }),
    );
    const { signal } = new AbortController();
    const request = { method: 'POST', path: '/v1/chat/completions', headers: {}, body, signal };
    const sink = {
      head: (found: number) => {
        status = found;
      },
      write: () => true,
      onDrain: (resume: () => void) => resume(),
      end: () => undefined,
    };
    return this.#moveUntil(runtime.exchange(request, sink).then(() => status));
  }

  clear(): void {
    rmSync(this.home, { recursive: true });
  }

  async #moveUntil<T>(pending: Promise<T>): Promise<T> {
    let isOver = false;
    const watched = pending.finally(() => {
      isOver = true;
    });
    watched.catch(() => undefined); // it is awaited below
    for (let turn = 0; !isOver && turn < 20_000; turn += 1) {
      // Commands load their files when they need them, which takes real time.
      if (turn % 20 === 0) await vi.dynamicImportSettled();
      await this.host.advance(turn < 20 ? 0 : 250);
    }
    if (!isOver) throw new Error('it did not end');
    return watched;
  }
}
