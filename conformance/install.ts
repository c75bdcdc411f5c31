/** The clients come from npm into this folder's own `node_modules`, when they are not there yet. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from './client.ts';

const folder = import.meta.dirname;

/** Installs what is missing: the SDKs, and the agents (1.5 GB) only when one of them is asked for. Says on stderr that it does. */
export function installClients(clients: readonly Client[]): void {
  if (clients.every((client) => versionOf(client) !== undefined)) return;
  const withAgents = clients.some(({ half }) => half === 'agent');
  console.error(`installing the ${withAgents ? 'SDKs and agents' : 'SDKs'} into conformance/node_modules …`);
  const asked = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const wanted = withAgents ? asked : [...asked, '--omit=optional'];
  spawnSync('npm', wanted, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The installed version; nothing when the client is not installed. */
export function versionOf({ package: name }: Client): string | undefined {
  const path = join(folder, 'node_modules', name, 'package.json');
  return existsSync(path) ? parseVersion(readFileSync(path, 'utf8')) : undefined;
}

function parseVersion(manifest: string): string {
  return JSON.parse(manifest).version;
}
