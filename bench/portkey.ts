/** Installs Portkey's gateway from npm into the bench's own folder, once. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');

export type Installed =
  | { readonly isInstalled: true; readonly program: string }
  | { readonly isInstalled: false; readonly reason: string };

/** No install scripts are run: the bundle needs none. */
export function installPortkey(): Installed {
  if (existsSync(program)) return { isInstalled: true, program };
  console.error('installing @portkey-ai/gateway into bench/node_modules …');
  const asked = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
  const { status, error, stderr } = spawnSync('npm', asked, { cwd: folder, encoding: 'utf8' });
  if (status === 0 && existsSync(program)) return { isInstalled: true, program };
  const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? 'npm gave no reason';
  return { isInstalled: false, reason: `npm could not install it: ${reason}` };
}
