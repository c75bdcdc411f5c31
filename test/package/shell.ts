/** A shell in an empty home where the package is installed, and started by one of its Nodes. */

import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Installed, NodeName } from '../../scripts/lib/installed-package.ts';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

/** A shell in an empty home whose PATH has only the package, one Node and the system. */
export interface Shell {
  readonly home: string;
  /** An empty folder, where its lines run. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  run(line: string): Promise<Ran>;
  /** Starts a line that goes on. */
  start(line: string): Running;
}

export interface Running {
  /** What it has written to stderr. */
  said(): string;
  /** Resolves when it has said so. */
  until(pattern: RegExp): Promise<void>;
  /** Presses Ctrl-C. */
  stop(): Promise<Ran>;
}

export interface ShellOptions {
  readonly node?: NodeName;
  /** The package is not installed yet; `npm` installs it into the home. */
  readonly isEmpty?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export function openShell(
  installed: Installed,
  { node = 'developed on', isEmpty = false, environment = {} }: ShellOptions = {},
): Shell {
  const home = mkdtempSync(join(installed.folder, 'home-'));
  const folder = join(home, 'empty');
  mkdirSync(folder);
  const prefix = join(isEmpty ? home : installed.folder, 'prefix');
  const paths = [join(prefix, 'bin'), installed.nodes[node], '/usr/bin', '/bin'];
  const env = {
    HOME: home,
    PATH: paths.join(':'),
    LANG: 'C.UTF-8',
    ...environment,
  };
  const npmEnv = { ...installed.npm, ...env, NPM_CONFIG_PREFIX: prefix };
  return {
    home,
    folder,
    environment: env,
    run: (line) =>
      runLine(line, { cwd: folder, env: line.startsWith('npm ') ? npmEnv : env }).ended,
    start: (line) => startLine(line, { cwd: folder, env }),
  };
}

interface LineOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function runLine(
  line: string,
  options: LineOptions,
): { readonly child: ChildProcess; readonly ended: Promise<Ran> } {
  const { promise: ended, resolve } = Promise.withResolvers<Ran>();
  const child = execFile('/bin/sh', ['-c', line], options, (error, out, talk) => {
    const status = typeof error?.code === 'number' ? error.code : Number(error !== null);
    resolve({ status, out, talk });
  });
  child.stdin?.end();
  return { child, ended };
}

function startLine(line: string, options: LineOptions): Running {
  // a group of its own: Ctrl-C reaches all of it, the shell between npm and its script too
  const { child, ended } = runLine(`exec setsid ${line}`, options);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  return {
    said: () => said,
    until: (pattern) => expect.poll(() => said).toMatch(pattern),
    stop: () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
      return ended;
    },
  };
}
