/**
 * The package as people get it: packed, and installed globally into an empty prefix, with the
 * oldest Node that it allows beside the one that develops it.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
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
  /** Variables for npm in an empty home. */
  readonly npm: NodeJS.ProcessEnv;
  remove(): void;
}

export type NodeName = 'oldest' | 'developed on';

export const nodeNames: readonly NodeName[] = ['oldest', 'developed on'];

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
