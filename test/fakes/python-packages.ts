/** Packages of PyPI for tests, in a folder of their own. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Each is `NAME==VERSION`; nothing that they depend on is installed with `--no-deps`. */
export function installPythonPackages(folder: string, packages: readonly string[]): void {
  execFileSync('python3', ['-m', 'venv', folder]);
  const install = ['install', '--quiet', '--no-compile', ...packages];
  execFileSync(join(folder, 'bin/pip'), install, { stdio: ['ignore', 'ignore', 'inherit'] });
}
