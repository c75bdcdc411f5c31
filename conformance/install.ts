/** The clients come from npm into this folder's own `node_modules`, when they are not there yet. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from './client.ts';

const folder = import.meta.dirname;

/** What npm must know of a client. */
type Installed = Pick<Client, 'package' | 'half'>;

/**
 * Installs what is missing: the SDKs, and the agents (1.5 GB) only when one of them is asked for.
 * Says on stderr that it does.
 */
export function installClients(clients: readonly Installed[]): void {
  if (clients.every((client) => versionOf(client) === wantedVersion(client))) return;
  const withAgents = clients.some(({ half }) => half === 'agent');
  console.error(
    `installing the ${withAgents ? 'SDKs and agents' : 'SDKs'} into conformance/node_modules …`,
  );
  const asked = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const wanted = withAgents ? asked : [...asked, '--omit=optional'];
  spawnSync('npm', wanted, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The installed version; nothing when the client is not installed. */
export function versionOf({ package: name }: Installed): string | undefined {
  return readManifest(join(folder, 'node_modules', name))?.version;
}

/** `1.2.3` of `1.2.3` and of `npm:name@1.2.3`. */
function wantedVersion({ package: name }: Installed): string | undefined {
  const manifest = readManifest(folder);
  const range = { ...manifest?.dependencies, ...manifest?.optionalDependencies }[name];
  return range?.slice(range.lastIndexOf('@') + 1);
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readManifest(of: string): Manifest | undefined {
  const path = join(of, 'package.json');
  return existsSync(path) ? parseManifest(readFileSync(path, 'utf8')) : undefined;
}

function parseManifest(text: string): Manifest {
  return JSON.parse(text);
}
