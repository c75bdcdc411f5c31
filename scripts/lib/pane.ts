/**
 * A terminal in tmux: runs a command, types keys, resizes the window, and reads the screen with its
 * scrollback.
 */

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V']);
    return true;
  } catch {
    return false; // tmux is not available
  }
}

export interface PaneOptions {
  readonly columns: number;
  readonly rows: number;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export class Pane {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-pane-'));

  /** Runs a line of `sh`; the terminal stays open when it has ended. */
  static async open(
    line: string,
    { columns, rows, folder, environment }: PaneOptions,
  ): Promise<Pane> {
    const pane = new Pane();
    writeFileSync(
      join(pane.#folder, 'conf'),
      'set -g history-limit 50000\nset -g remain-on-exit on\n',
    );
    const named = Object.entries(environment).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ]);
    const size = ['-x', String(columns), '-y', String(rows)];
    await pane.#tmux('new-session', '-d', '-c', folder, ...size, ...named, line);
    return pane;
  }

  /** Presses keys by their tmux names: `Enter`, `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** Pastes like a terminal that marks pasted text. */
  async paste(text: string): Promise<void> {
    const file = join(this.#folder, 'pasted');
    writeFileSync(file, text);
    await this.#tmux('load-buffer', file);
    await this.#tmux('paste-buffer', '-p');
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Returns the text of the screen. */
  async screen(): Promise<string> {
    return this.#tmux('capture-pane', '-p');
  }

  /** Returns the screen with its colour codes. */
  async painted(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /**
   * Returns everything that was shown and not erased. A line that was wrapped at the edge is one
   * line.
   */
  async all(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-');
  }

  async pid(): Promise<number> {
    return Number(await this.#tmux('display-message', '-p', '#{pane_pid}'));
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined); // it has ended by itself
    rmSync(this.#folder, { recursive: true });
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    const server = ['-S', join(this.#folder, 'socket'), '-f', join(this.#folder, 'conf')];
    const { stdout } = await run('tmux', [...server, ...words], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }
}
