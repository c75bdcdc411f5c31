/**
 * The package as people get it: packed, installed globally into an empty prefix, and started by the
 * oldest Node that it allows or by the one that develops it.
 */

import { type ChildProcess, execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

const root = join(import.meta.dirname, '../..');

export interface Installed {
  /** Holds all that is installed, and the homes of the tests. */
  readonly folder: string;
  readonly tarball: string;
  /** The package as npm laid it down. */
  readonly package: string;
  /** The folder with `node` in it, for each Node. */
  readonly nodes: Readonly<Record<NodeName, string>>;
  /** Variables for npm in an empty home. */
  readonly npm: NodeJS.ProcessEnv;
  remove(): void;
}

export type NodeName = 'oldest' | 'developed on';

export const nodeNames: readonly NodeName[] = ['oldest', 'developed on'];

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

export function installPackage(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
  const { name, version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const built = isBuilt() ? ['--ignore-scripts'] : [];
  npm(root, 'pack', ...built, '--pack-destination', folder);
  const tarball = join(folder, `${name}-${version}.tgz`);
  npm(folder, 'install', '--global', '--prefix', join(folder, 'prefix'), tarball);
  const oldest = /^\^(\d+\.\d+)/.exec(engines.node)?.[1];
  const node = `node-${process.platform}-${process.arch}`;
  npm(folder, 'install', '--prefix', join(folder, 'oldest'), `${node}@${oldest}.0`);
  return {
    folder,
    tarball,
    package: join(folder, 'prefix/lib/node_modules', name),
    nodes: {
      oldest: join(folder, 'oldest/node_modules', node, 'bin'),
      'developed on': dirname(process.execPath),
    },
    npm: readNpmSettings(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs npm and fails with what it said. */
function npm(folder: string, ...argv: readonly string[]): void {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', [...argv, ...quiet], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Whether `dist` is newer than every source, as after `npm run check`. */
function isBuilt(): boolean {
  const program = join(root, 'dist/program/main.js');
  if (!existsSync(program)) return false;
  const builtAt = statSync(program).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return sources.every((path) => statSync(join(root, 'src', path)).mtimeMs <= builtAt);
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

/** The way to the registry and the cache are this machine's; nothing else of its npm counts. */
function readNpmSettings(): Installed['npm'] {
  const read = (name: string): string =>
    execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
  const way = Object.entries(process.env).filter(([name]) => /_proxy$|_ca_certs$/i.test(name));
  return {
    ...Object.fromEntries(way),
    NPM_CONFIG_CACHE: read('cache'),
    NPM_CONFIG_USERCONFIG: read('userconfig'),
    NPM_CONFIG_PREFER_OFFLINE: 'true',
    NPM_CONFIG_AUDIT: 'false',
    NPM_CONFIG_FUND: 'false',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
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
