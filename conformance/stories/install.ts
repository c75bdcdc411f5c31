/**
 * The stories' agents, each in a folder of its own: two versions of one stand side by side, and
 * nobody else's files change.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of one version of a package. */
export function installed(name: string, version: string): string {
  return join(import.meta.dirname, '../installed', `${name}-${version}`);
}

/** Into an environment of Python's own. Says why it could not, or nothing. */
export function installFromPypi(name: string, version: string): string | undefined {
  const folder = installed(name, version);
  const pip = [
    join(folder, 'bin/pip'),
    'install',
    '--quiet',
    '--disable-pip-version-check',
  ] as const;
  return install(folder, [
    ['python3', '-m', 'venv', folder],
    [...pip, `${name}==${version}`],
  ]);
}

/** Says why it could not, or nothing. */
export function installFromNpm(name: string, version: string): string | undefined {
  const folder = installed(name, version);
  const npm = [
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--loglevel=error',
  ] as const;
  return install(folder, [[...npm, '--prefix', folder, `${name}@${version}`]]);
}

/** A mark is left when all steps are done: what was begun only is begun anew. */
function install(
  folder: string,
  steps: readonly (readonly [string, ...string[]])[],
): string | undefined {
  const mark = join(folder, 'complete');
  if (existsSync(mark)) return undefined;
  console.error(`installing into ${folder} …`);
  for (const [program, ...options] of steps) {
    const { status, error } = spawnSync(program, options, {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) return `${program} ${options[0]} ended with ${error?.message ?? status}`;
  }
  writeFileSync(mark, '');
  return undefined;
}
