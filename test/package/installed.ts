/**
 * The package as people get it: packed, installed globally into an empty prefix, and started by the
 * oldest Node that it allows or by the one that develops it.
 */

import { execFile, execFileSync } from 'node:child_process';
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

const root = join(import.meta.dirname, '../..');

export interface Installed {
  /** Holds all that is installed, and the homes of the tests. */
  readonly folder: string;
  readonly tarball: string;
  /** The package as npm laid it down. */
  readonly package: string;
  /** The folder with `node` in it, for each Node. */
  readonly nodes: Readonly<Record<NodeName, string>>;
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
  readonly environment: Readonly<Record<string, string>>;
  run(line: string): Promise<Ran>;
}

export function openShell(installed: Installed, node: NodeName = 'developed on'): Shell {
  const home = mkdtempSync(join(installed.folder, 'home-'));
  const folder = join(home, 'empty');
  mkdirSync(folder);
  const paths = [join(installed.folder, 'prefix/bin'), installed.nodes[node], '/usr/bin', '/bin'];
  const environment = { HOME: home, PATH: paths.join(':'), LANG: 'C.UTF-8' };
  return {
    home,
    environment,
    run: (line) => runLine(line, { cwd: folder, env: environment }),
  };
}

function runLine(line: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-c', line], options, (error, out, talk) => {
      const status = typeof error?.code === 'number' ? error.code : Number(error !== null);
      resolve({ status, out, talk });
    });
    child.stdin?.end();
  });
}
