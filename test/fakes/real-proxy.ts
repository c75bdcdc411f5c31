/**
 * tinyproxy and squid, as Debian packages them, started for a test: on loopback, with a user and a
 * password, for any port.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type ProxyProgram = 'tinyproxy' | 'squid';

/** The user who may use it. */
export const user = { name: 'agent', password: 'word1' };

export interface RealProxy {
  readonly port: number;
  close(): Promise<void>;
}

export function isThere(program: ProxyProgram): boolean {
  try {
    execFileSync('sh', ['-c', 'PATH="$PATH:/usr/sbin"; command -v "$0"', program]);
    return true;
  } catch {
    return false; // the shell found none
  }
}

/** Resolves when it listens. */
export async function startRealProxy(program: ProxyProgram): Promise<RealProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-proxy-'));
  chmodSync(folder, 0o755); // squid, started by root, reads its files as another user
  const port = await findFreePort();
  const settings = join(folder, 'proxy.conf');
  writeFileSync(settings, describe[program](port, folder));
  const child = spawn(program, startWords[program](settings), {
    stdio: 'ignore',
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  await waitForPort(port, child);
  return {
    port,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

const startWords = {
  tinyproxy: (settings: string) => ['-d', '-c', settings],
  squid: (settings: string) => ['-N', '-f', settings],
};

const describe = {
  tinyproxy: (port: number) => `
Port ${port}
Listen 127.0.0.1
Timeout 600
LogLevel Critical
MaxClients 100
Allow 127.0.0.1
BasicAuth ${user.name} ${user.password}
`,
  squid: (port: number, folder: string) => {
    const checker = join(folder, 'check.sh');
    const word = encodeURIComponent(user.password);
    writeFileSync(
      checker,
      `while read -r who word; do [ "$who $word" = "${user.name} ${word}" ] && echo OK || echo ERR; done\n`,
    );
    return `
http_port 127.0.0.1:${port}
auth_param basic program /bin/sh ${checker}
auth_param basic children 1
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
cache deny all
cache_mem 0
access_log none
cache_log /dev/null
pid_filename none
netdb_filename none
shutdown_lifetime 0 seconds
`;
  },
};

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Tries to connect until the port is open; rejects when the program has ended. */
async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`the proxy ended with status ${child.exitCode}`);
}
